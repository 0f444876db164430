"""The public interface for extension authors: what a package may bring, and the database it shares.

The built-in account, article, comparison and questionnaire use exactly this; see ``fwsite/docs/architecture.md``.
"""

from fwsite.alike import answered_alike
from fwsite.content_version import NOT_CONTENT, content_version
from fwsite.counting import Answered, Process, Traffic, traffic
from fwsite.database import db, dialect_insert, metadata, reading, rows_of
from fwsite.degraded import DATABASE_ERRORS, unavailable
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.extend.content import ContentError, ContentProblem, SitemapEntry, Text, TextsContext
from fwsite.extend.contract import API, Extension, NavItem
from fwsite.extend.points import (
    DirectiveContext,
    DirectiveError,
    EventContext,
    Point,
    PointKind,
    SlotContext,
    TransformContext,
)
from fwsite.extend.registry import (
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
from fwsite.extend.roster import ExtensionError, Record, State
from fwsite.extend.schema import is_schema_current, upgrade_schema
from fwsite.extend.setting import Setting
from fwsite.extend.tables import Column, ColumnContext, Export, ExportContext
from fwsite.headers import allow_scripts
from fwsite.instance import current_instance
from fwsite.kept import kept_fields, kept_page
from fwsite.page_cache import files_state, kept_around, whole_page
from fwsite.retrying import retried
from fwsite.sessions import csrf_token
from fwsite.throttle import Limit, hidden_key, limited

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
