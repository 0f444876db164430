"""Privacy inventory: what is stored when somebody answers, in words, every column of every table written.

The privacy page is made from this, and ``test_privacy_inventory.py`` compares it with the schema: a column that is not
described here fails.
"""

from __future__ import annotations

from fwsite.domain.privacy_inventory import Column, Table

WITH_THE_ANSWERS = "Until you delete the answers, or the site's host deletes them as too old."
AS_NUMBERS = "Permanently. When answers are deleted, they are removed from the counts at once."
_VERSION = "Which version of the questions it is about."

TABLES: tuple[Table, ...] = (
    Table(
        "questionnaire_response",
        "Responses",
        "One row each time the questions are sent.",
        WITH_THE_ANSWERS,
        (
            Column("id", "A running number.", "Tells responses apart."),
            Column(
                "token_hash",
                "The SHA-256 hash of the secret part of your own link. The link cannot be derived from it.",
                "Finds the response when you open your link.",
            ),
            Column(
                "view_hash",
                "The same for the link to share. Empty in old responses, which have none.",
                "Finds the response for those you gave that link to.",
            ),
            Column("version", "Which version of the questions you answered.", "The result keeps its meaning."),
            Column(
                "created_on", "The day, without the time.", "Shown on the result; tells when the response is too old."
            ),
            Column(
                "answers",
                "For each question, whether you answered it, were not sure or skipped it; the keys of what you chose; "
                "and how much it matters to you.",
                "Your answers. They make your result, and are counted in the statistics.",
            ),
            Column("winners", "Which framework came first. Empty in old responses.", "Counted in the statistics."),
            Column(
                "result",
                "Your answers and what was calculated from them. Empty until the result is first opened.",
                "The result stays as it was, and opens at once.",
            ),
            Column(
                "published_before",
                "How often statistics had been published when you answered.",
                "Keeps published numbers at least ten responses apart; tells which responses are counted.",
            ),
        ),
    ),
    Table(
        "questionnaire_tally",
        "Counts",
        "One row for each number that is counted, all responses together. Nobody sees these but the host.",
        AS_NUMBERS,
        (
            Column("version", _VERSION, "Versions are never mixed."),
            Column("part", "What is counted: a day, an option, a weight, a winner.", "Says which number it is."),
            Column("question", "The question’s key, where it is about one.", "Says which number it is."),
            Column("cell", "The day, or the key of what was chosen or came first.", "Says which number it is."),
            Column("count", "How many responses.", "The number."),
        ),
    ),
    Table(
        "questionnaire_statistics",
        "Published numbers",
        "One row for each version of the questions.",
        "Permanently. Published numbers are withdrawn when fewer than ten responses are left.",
        (
            Column("version", _VERSION, "Versions are never mixed."),
            Column("responses", "How many there are.", "Too few are not published."),
            Column(
                "moved",
                "How many have been added or deleted since numbers were published.",
                "Says when the next are due.",
            ),
            Column("published", "How often numbers were published.", "Tells which responses were in the last ones."),
            Column("document", "The numbers as the statistics page shows them.", "The page is made from it."),
        ),
    ),
    Table(
        "questionnaire_day",
        "Days",
        "One row for each day on which somebody answered, all responses together.",
        "Permanently: nothing in it is about one response. It stays the same when answers are deleted.",
        (
            Column("version", _VERSION, "Versions are never mixed."),
            Column("day", "The day.", "Says which day it is."),
            Column("received", "How many responses came.", "Tells how many of them have been deleted since."),
            Column(
                "largest",
                "How many of these came from the network that sent most. It does not say which one that was.",
                "The statistics say when many came from one place.",
            ),
        ),
    ),
    Table(
        "questionnaire_network",
        "Networks of today",
        "One row for each network that somebody answered from on that day, apart from the answers: nothing in it leads "
        "to them.",
        "Until the first answer of a later day, or until the host’s daily command to delete old answers runs.",
        (
            Column("version", _VERSION, "Versions are never mixed."),
            Column("day", "The day.", "Tells what to forget."),
            Column(
                "mark",
                "Six digits of a hash, keyed with the site’s secret, of the day and the network address. Hundreds of "
                "addresses have the same code, and each has a different one the next day.",
                "Counts what comes from one network.",
            ),
            Column("count", "How many responses.", "The largest of these becomes that of the day."),
        ),
    ),
    Table(
        "questionnaire_definition",
        "Versions of the questions",
        "One row for each version. The questions are the site’s; nothing in here comes from you. Whoever is the first "
        "to answer after the frameworks on offer, or the extensions’ questions, have changed causes a row.",
        "Permanently: results refer to it.",
        (
            Column("version", "A hash of its content.", "Names it."),
            Column("document", "Questions, options, and how well each framework fits.", "Results are shown with it."),
            Column("published_at", "When it came into use.", "The newest is the current one."),
            Column(
                "from_file_at", "When a content file brought it; empty where none did.", "Tells new files from old."
            ),
            Column("file_digest", "SHA-256 of that file.", "Saves reading the same file at each start."),
            Column("origin", "Whether it was published, or follows what is on offer.", "Says where it is from."),
            Column("who", "The maintainer who published it; empty in rows that visitors cause.", "Shown to others."),
            Column("note", "What that maintainer wrote; empty likewise.", "Shown to others."),
            Column("audit", "The check for neutrality; empty likewise.", "Shown to everybody."),
        ),
    ),
    Table(
        "cache_tag",
        "Pages to make again",
        "One row for each part of the site. Deleting answers raises a number, so that every process forgets the pages "
        "of results that it keeps in memory.",
        "Permanently: nothing in it is about anybody, nor about one response.",
        (
            Column("tag", "The name of the part.", "Says which pages."),
            Column("number", "How often these had to be made again.", "A page with a lower one is not shown any more."),
        ),
    ),
    Table(
        "throttle",
        "Attempts",
        "One row for each thing that is limited, such as signing in or sending a suggestion. Answering the questions "
        "and reading write nothing here.",
        "For an hour at most; it is removed when somebody tries something after that.",
        (
            Column(
                "key_hash",
                "A hash, keyed with the site’s secret, of what was tried and of the network address it came from or "
                "the name it was tried for. Whoever reads the table cannot tell either.",
                "Slows down guessing of passwords, and floods of suggestions.",
            ),
            Column("count", "How often.", "The number."),
            Column("expires_at", "When it is forgotten.", "Ends the waiting time."),
        ),
    ),
)
