"""Other people's Markdown beside cmark-gfm: ``python -m tests.benchmarks.markdown [-v] FOLDER ...``.

Reads every ``.md`` file below the folders, without its front matter, and prints how many differ in words, links,
pictures, code and headings, and how long reading took here; with ``-v`` each difference, too.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

from fwsite.markup import parse
from tests.support.gfm import KINDS, differences

_FRONT_MATTER = re.compile(r"\A(?:---\s*\n.*?^(?:---|\.\.\.)[ \t]*\n|\+\+\+\s*\n.*?^\+\+\+[ \t]*\n)", re.S | re.M)


def main(given: list[str]) -> int:
    """Compare all files, and print a table."""
    folders = [Path(name) for name in given if name != "-v"]
    if not folders:
        sys.exit(__doc__)
    files = sorted(path for folder in folders for path in folder.rglob("*.md") if path.is_file())
    differ: Counter[str] = Counter()
    taken = 0.0
    for number, path in enumerate(files, 1):
        text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        text = text[match.end() :] if (match := _FRONT_MATTER.match(text)) else text
        begun = time.process_time()
        parse(text)
        taken += time.process_time() - begun
        found = list(differences(text))
        differ.update({kind for kind, _, _ in found})
        for kind, theirs, ours in found if "-v" in given else []:
            print(f"{path}: {kind}: {theirs} -> {ours}")
        if number % 100 == 0:
            print(f"  {number} of {len(files)} files", file=sys.stderr)
    print(f"{len(files)} files, read in {taken:.1f} s of processor time; files that differ:")
    for kind in KINDS:
        print(f"  {kind:8} {differ[kind]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
