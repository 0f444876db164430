"""Privacy inventory of teams: what is stored when a team decides, in words, every column of every table.

The privacy page shows it, and a test compares it with the schema.
"""

from __future__ import annotations

from fwsite.domain.privacy_inventory import Column, Table

WITH_THE_ROUND = "Until the round is deleted, or its time is over and the host clears it."

TABLES = (
    Table(
        "team_round",
        "Rounds of teams",
        "One row for each decision that somebody began for a team.",
        WITH_THE_ROUND,
        (
            Column("id", "A running number.", "Tells rounds apart."),
            Column("organiser_hash", "The SHA-256 hash of the link of whoever began.", "Finds the round for them."),
            Column("team_hash", "The same of the link that is sent to the team.", "Finds the round for the team."),
            Column("version", "Which version of the questions the team answers.", "All answer the same ones."),
            Column("begun_at", "When it began.", "Tells when its time is over."),
            Column("closed_at", "When it was closed; empty while it is open.", "Tells when its time is over."),
            Column("shows_at_once", "Whether the team sees its result before the end.", "As whoever began chose."),
            Column("revision", "How often its answers have changed.", "Keeps the result and the answers together."),
            Column("report", "The result on the team’s page: counts and means.", "Worked out once, not each time."),
            Column("expected", "How many people are expected, where that was given.", "Shown to the team."),
        ),
    ),
    Table(
        "team_member",
        "People of a team",
        "One row for each person who answered. Their answers are among the responses above.",
        WITH_THE_ROUND,
        (
            Column("id", "A running number.", "Tells people apart."),
            Column("round_id", "The round.", "Says whose team it is."),
            Column("member_hash", "The SHA-256 hash of the person’s own link.", "Lets them change and delete."),
            Column(
                "response_hash",
                "Which of the responses is theirs. Nobody without the database can follow it.",
                "Works out the result of the team; deletes the response with the rest.",
            ),
            Column("label", "What the person calls themselves, where they wrote something.", "For their own page."),
            Column("shows_label", "Whether the team’s page lists the label.", "As the person chose."),
        ),
    ),
)
