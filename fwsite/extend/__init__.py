"""The public interface for extension authors: what a package may bring, and the database it shares.

The built-in article, comparison and questionnaire use exactly this; see ``fwsite/docs/architecture.md``.
"""

from fwsite.database import db, metadata, reading
from fwsite.extend.contract import (
    API,
    ContentError,
    ContentProblem,
    DirectiveContext,
    DirectiveError,
    Extension,
    NavItem,
    SitemapEntry,
    SlotContext,
)
from fwsite.extend.loading import ExtensionError, run_directive
from fwsite.extend.setting import Setting
from fwsite.instance import current_instance

__all__ = [
    "API",
    "ContentError",
    "ContentProblem",
    "DirectiveContext",
    "DirectiveError",
    "Extension",
    "ExtensionError",
    "NavItem",
    "Setting",
    "SitemapEntry",
    "SlotContext",
    "current_instance",
    "db",
    "metadata",
    "reading",
    "run_directive",
]
