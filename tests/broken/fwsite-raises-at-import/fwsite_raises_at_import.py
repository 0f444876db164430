"""An exception with several lines while it is imported."""

raise RuntimeError("the first line\nthe second line")
