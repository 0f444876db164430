"""pip, that takes what a package needs from this environment instead of from an index."""

from __future__ import annotations

import sys

from pip._internal.cli.main import main

if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["install"]:
        own = [
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]
        arguments[1:1] = own
    sys.exit(main(arguments))
