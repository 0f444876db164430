#!/usr/bin/env bash
# Expected: a feed library escapes what it is given, so that one plain text arrives alike through both feeds it writes.
# Happens: through Atom it does. Through RSS a summary loses its words in angle brackets ("Map<String, List> keys" is "Map
#   keys"), although they were escaped: a description is HTML, once is not enough. Titles are worse: RSS does not say
#   what they are, and the reader guesses each by its words. "The <title> tag" is text, "Is </br> right?" is HTML and
#   loses its tag, "&copy; or c" is HTML and would show the sign. No way of escaping is right for every title.
# At: feedgen 1.0.0 writes, feedparser 6.0.14 reads, whose reference warns of the loss and blames RSS.
# Matters: a blog about programming has such titles all the time. Offer Atom, which names the type; where it must be RSS,
#   escape descriptions twice, and keep angle brackets and ampersands out of titles ("the title tag").
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedgen==1.0.0 feedparser==6.0.14

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import feedparser
from feedgen.feed import FeedGenerator

print(f"feedgen {version('feedgen')}, feedparser {version('feedparser')}")
expected = {  # RSS: title, the kind it is guessed to be, description
    "Map<String, List> keys": ("Map<String, List> keys", "text/plain", "Map keys"),
    "The <title> tag": ("The <title> tag", "text/plain", "The  tag"),
    "Is </br> right?": ("Is  right?", "text/html", "Is  right?"),
    "&copy; or c": ("&copy; or c", "text/html", "&copy; or c"),
}
for text, wanted in expected.items():
    feed = FeedGenerator()
    feed.id("https://example.org/")
    feed.title("Blog")
    feed.link(href="https://example.org/")
    feed.description("About")
    entry = feed.add_entry()
    entry.id("https://example.org/1")
    entry.link(href="https://example.org/1")
    entry.title(text)
    entry.summary(text)
    atom = feedparser.parse(feed.atom_str()).entries[0]
    rss = feedparser.parse(feed.rss_str()).entries[0]
    found = rss.title, rss.title_detail.type, rss.summary
    print(f"{text!r}: Atom {atom.title!r}, {atom.summary!r}; RSS {rss.title!r} ({found[1]}), {rss.summary!r}")
    if (atom.title, atom.title_detail.type, atom.summary) != (text, "text/plain", text):
        sys.exit("changed: plain text is not whole in Atom")
    if found != wanted:
        sys.exit(f"changed: in RSS it was {wanted}")
PYTHON
