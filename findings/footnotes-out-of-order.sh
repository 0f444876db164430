#!/usr/bin/env bash
# Footnotes of Python-Markdown "in document order" are not in the order of the document.
#
# Expected: with USE_DEFINITION_ORDER=False ("document order", says its manual) the first footnote that a reader meets is
# number 1, as in GitHub's Markdown.
# Seen with Markdown 3.11.3: texts are handled level by level of the tree, so a footnote in a list, a quote or a table is
# numbered after those of all paragraphs beside it, even of paragraphs far below.
# It matters to whoever lets numbers stand for the order of reading: "3" comes before "1" on the page.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q markdown==3.11.3 cmarkgfm==2025.10.22
"$folder/v/bin/python" - <<'PYTHON'
import re
import sys

import cmarkgfm
import markdown
from cmarkgfm.cmark import Options

TEXT = """- In a list[^list]

> In a quote[^quote]

In a paragraph[^text]

[^text]: T
[^quote]: Q
[^list]: L
"""
made = markdown.markdown(TEXT, extensions=["footnotes"], extension_configs={"footnotes": {"USE_DEFINITION_ORDER": False}})
here = re.findall(r'href="#fn:(\w+)">(\d)', made)
github = cmarkgfm.github_flavored_markdown_to_html(TEXT, Options.CMARK_OPT_FOOTNOTES)
there = re.findall(r'href="#fn-(\w+)"[^>]*>(\d)', github)
print("markdown 3.11.3, as they stand on the page:", here)
print("cmarkgfm 2025.10.22, the same:             ", there)
expected = [("list", "2"), ("quote", "3"), ("text", "1")]
if here != expected or [number for _, number in there] != ["1", "2", "3"]:
    sys.exit(f"changed: expected {expected} of markdown")
PYTHON
