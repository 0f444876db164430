"""Reading time: minutes that a text takes, in scripts with blanks between words and in those without.

Words: 238 a minute is what adults read of English non-fiction in silence (Brysbaert 2019, 190 studies,
https://doi.org/10.1016/j.jml.2019.104047), and 230 is a little slower, as befits code and figures.
Chinese and Japanese: China's curriculum standard asks 500 signs a minute of those who leave school, and Hugo counts
as many; aloud it is about 250 (Trauzettel-Klosinski and Dietz 2012, https://doi.org/10.1167/iovs.11-8284): 400.
Thai, Lao, Khmer, Burmese: letters without blanks; five of them count as a word.
"""

from __future__ import annotations

import re

WORDS_PER_MINUTE = 230
SIGNS_PER_MINUTE = 400
LETTERS_PER_WORD = 5
_SIGN = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTER = re.compile("[\u0e01-\u0e33\u0e40-\u0e46\u0e81-\u0eb3\u0ec0-\u0ec6\u1000-\u102a\u103f-\u1055\u1780-\u17b3]")


def minutes(text: str) -> int:
    """Whole minutes, one at least."""
    text, signs = _SIGN.subn(" ", text)
    text, letters = _LETTER.subn(" ", text)
    words = sum(any(map(str.isalnum, word)) for word in text.split())
    return max(1, round((words + letters / LETTERS_PER_WORD) / WORDS_PER_MINUTE + signs / SIGNS_PER_MINUTE))
