"""Entry point: the program ``fwsite``, also as ``python -m fwsite``."""

from __future__ import annotations

import gc

_SELDOM = (500_000, 20, 50)


def main() -> None:
    """Run the command. While it starts, much is made and little thrown away: there is no need to look often."""
    gc.set_threshold(*_SELDOM)
    from fwsite.cli.main import main as command

    command()


if __name__ == "__main__":
    main()
