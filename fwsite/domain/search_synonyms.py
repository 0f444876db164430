"""Search synonyms: what people type, by the word that texts have for it.

They are used only where a query finds nothing, and the page says so: what is in a text is found as it was typed.
"""

from __future__ import annotations

from fwsite.domain.search_words import Query

SYNONYMS = {
    "backoffice": "admin",
    "dashboard": "admin",
    "ecosystem": "ready-made",
    "frontend": "html",
    "i18n": "translation",
    "lts": "long-term",
    "mongodb": "nosql",
    "multithreading": "threads",
    "oauth": "authentication",
    "oauth2": "authentication",
    "ram": "memory",
    "rbac": "permission",
    "realtime": "live",
    "signup": "accounts",
    "sso": "authentication",
    "swagger": "openapi",
    "xss": "escaping",
}
"""By folded words of a query."""


def synonymous(query: Query) -> Query | None:
    """The query with the words of our texts in place of those it has; none where it has no such word."""
    words = [SYNONYMS.get(" ".join(term), given) for term, given in zip(query.terms, query.given, strict=True)]
    return Query.of(" ".join(words)) if words != [*query.given] else None
