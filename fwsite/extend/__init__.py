"""The public interface for extension authors: what a package may bring, and the database it shares.

The built-in account, article, comparison and questionnaire use exactly this; see ``fwsite/docs/architecture.md``.
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
from fwsite.headers import allow_scripts
from fwsite.instance import current_instance
from fwsite.kept import kept_fields, kept_page
from fwsite.throttle import hidden_key, limiter
from fwsite.upgrade import is_schema_current, upgrade_schema

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
    "allow_scripts",
    "current_instance",
    "db",
    "hidden_key",
    "is_schema_current",
    "kept_fields",
    "kept_page",
    "limiter",
    "metadata",
    "reading",
    "run_directive",
    "upgrade_schema",
]
