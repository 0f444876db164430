"""Where things are, and whether this is the machine that decides."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout."""
CI = os.environ.get("CI") == "true"
"""There, whatever a test needs has to be installed; elsewhere the test is skipped without it."""
