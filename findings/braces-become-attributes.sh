#!/usr/bin/env bash
# Expected: a sanitiser removes attributes, never text; and a line of words in braces is text, an attribute list has a
#   colon, #id, .class or key=value.
# Happens: with attr_list (so with "extra" too) any {...} that is the last line of a paragraph, or ends a heading or a
#   table cell, is a list, since a bare word counts as an attribute of that name. "{ red, green, blue }" or a Liquid tag such
#   as "{% endhighlight %}" turn into <p blue green_ red_>, <p _ endhighlight>. The sanitiser drops attributes that it
#   does not know, and the words are in neither the page nor its source. One line earlier they would have been text.
# At: Python-Markdown 3.11.3, nh3 0.3.8. Each half is documented (single terms such as "checked", the colon optional).
# Matters: posts from Jekyll keep their Liquid tags, and mathematicians their sets. Take a block only if all of it is #id,
#   .class or key=value with a name that is allowed, and leave everything else where it was typed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check markdown==3.11.3 nh3==0.3.8

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import markdown
import nh3

print(f"Python-Markdown {version('markdown')}, nh3 {version('nh3')}")
expected = {
    "The set is\n{ red, green, blue }": ("<p blue green_ red_>The set is</p>", "<p>The set is</p>"),
    "x = 1\n{% endhighlight %}": ("<p _ endhighlight>x = 1</p>", "<p>x = 1</p>"),
    "## Pairs { a, b }": ("<h2 a_ b>Pairs</h2>", "<h2>Pairs</h2>"),
    "The set is { red, green, blue }": ("<p>The set is { red, green, blue }</p>",) * 2,
}
for text, (attributes, left) in expected.items():
    html = markdown.markdown(text, extensions=["attr_list"])
    clean = nh3.clean(html)
    print(f"{text!r} -> {html} -> {clean}")
    if (html, clean) != (attributes, left):
        sys.exit("changed: words in braces are read in another way than they were")
PYTHON
