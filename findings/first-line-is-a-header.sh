#!/usr/bin/env bash
# Expected: a page without front matter, that is one without "---", is text from its first line on.
# Happens: a first line of the form "word: text" is a header and is not shown, nor are indented lines under it: "Note:
#   read this first.", "Warning: ...", even a bare address ("https" is the word). The same sentence shows if its first
#   word is followed by another ("A note: ..."). No warning, with --strict neither.
# At: MkDocs 1.6.1, for every page without being asked; Python-Markdown 3.11.3 with "meta", which Pelican turns
#   on. Both document the style (MultiMarkdown's) to people who write headers; those who write "Note:" do not read that.
# Matters: two readers of one folder differ by a first paragraph: a site that moves here shows sentences that its visitors
#   never saw. Headers without "---" (Pelican's) may be read only where the host says so.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mkdocs==1.6.1 markdown==3.11.3

mkdir -p "$folder/site/docs" "$folder/site/theme"
printf 'site_name: S\ntheme: {name: null, custom_dir: theme}\nplugins: []\n' >"$folder/site/mkdocs.yml"
printf '{{ page.content }}' >"$folder/site/theme/main.html"
printf '# Home\n' >"$folder/site/docs/index.md"
printf 'Note: read this first.\n    And this too.\n\nSecond.\n' >"$folder/site/docs/note.md"
printf 'https://example.org is down.\n\nSecond.\n' >"$folder/site/docs/address.md"
printf 'A note: read this first.\n\nSecond.\n' >"$folder/site/docs/shown.md"
(cd "$folder/site" && "$folder/venv/bin/mkdocs" --quiet build --strict)

"$folder/venv/bin/python" - "$folder/site" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import markdown

site = Path(sys.argv[1])
expected = {
    "note": "<p>Second.</p>",
    "address": "<p>Second.</p>",
    "shown": "<p>A note: read this first.</p>\n<p>Second.</p>",
}
for name, shown in expected.items():
    text = (site / "docs" / f"{name}.md").read_text()
    page = (site / "site" / name / "index.html").read_text()
    meta = markdown.markdown(text, extensions=["meta"])
    print(f"{text!r} -> MkDocs {version('mkdocs')}: {page!r}, Python-Markdown {version('markdown')}: {meta!r}")
    if (page, meta) != (shown, shown):
        sys.exit("changed: a first line with a colon is read in another way than it was")
PYTHON
