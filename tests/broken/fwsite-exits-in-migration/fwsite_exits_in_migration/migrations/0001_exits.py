"""Ends the process."""

import sys

revision = "exits_in_migration_0001"
down_revision = None

sys.exit("nothing to do")
