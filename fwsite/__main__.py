"""``python -m fwsite``."""

from fwsite.cli import main

main()
