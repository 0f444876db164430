"""The public interface for extension authors: what a package may bring, and the database it shares.

The built-in account, article, comparison and questionnaire use exactly this; see
``fwsite/blueprints/docs/guides/architecture.md``.
"""

from fwsite.db.content_version import NOT_CONTENT, content_version
from fwsite.db.engine import db, dialect_insert, metadata, reading, rows_of
from fwsite.db.retry import retried
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.instance import current_instance
from fwsite.plugins.columns import Column, ColumnContext, Export, ExportContext
from fwsite.plugins.content import ContentError, ContentProblem, SitemapEntry, Text, TextsContext
from fwsite.plugins.contract import API, Extension, NavItem
from fwsite.plugins.hooks import (
    DirectiveContext,
    DirectiveError,
    EventContext,
    Point,
    PointKind,
    SlotContext,
    TransformContext,
)
from fwsite.plugins.registry import (
    QuestionSet,
    emit,
    exports,
    filled_columns,
    listed_extensions,
    path_for,
    question_sets,
    run_directive,
    run_transform,
    texts_by_extension,
    write_export,
)
from fwsite.plugins.schema import is_schema_current, upgrade_schema
from fwsite.plugins.setting import Setting
from fwsite.plugins.state import ExtensionError, Record, State
from fwsite.web.alike import answered_alike
from fwsite.web.form_recovery import kept_fields, kept_page
from fwsite.web.headers import allow_scripts
from fwsite.web.metrics import Answered, Process, Traffic, traffic
from fwsite.web.page_cache import files_state, kept_around, whole_page
from fwsite.web.rate_limit import Limit, hidden_key, limited
from fwsite.web.sessions import csrf_token
from fwsite.web.unavailable import DATABASE_ERRORS, unavailable

__all__ = [
    "API",
    "DATABASE_ERRORS",
    "NOT_CONTENT",
    "Answered",
    "Cell",
    "Column",
    "ColumnContext",
    "ContentError",
    "ContentProblem",
    "DirectiveContext",
    "DirectiveError",
    "EventContext",
    "Export",
    "ExportContext",
    "Extension",
    "ExtensionError",
    "FilledColumn",
    "Limit",
    "NavItem",
    "Point",
    "PointKind",
    "Process",
    "QuestionSet",
    "Record",
    "Setting",
    "SitemapEntry",
    "SlotContext",
    "State",
    "Text",
    "TextsContext",
    "Traffic",
    "TransformContext",
    "allow_scripts",
    "answered_alike",
    "content_version",
    "csrf_token",
    "current_instance",
    "db",
    "dialect_insert",
    "emit",
    "exports",
    "files_state",
    "filled_columns",
    "hidden_key",
    "is_schema_current",
    "kept_around",
    "kept_fields",
    "kept_page",
    "limited",
    "listed_extensions",
    "metadata",
    "path_for",
    "question_sets",
    "reading",
    "retried",
    "rows_of",
    "run_directive",
    "run_transform",
    "texts_by_extension",
    "traffic",
    "unavailable",
    "upgrade_schema",
    "whole_page",
    "write_export",
]
