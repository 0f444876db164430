"""Public API for extension authors: everything that a package may import of the site, in one place.

A facade without code of its own; nothing below imports it. The built-in parts use exactly this; see
``fwsite/blueprints/docs/guides/architecture.md``.
"""

from fwsite.db.cache_tags import cache_tag
from fwsite.db.content_version import NOT_CONTENT, content_version, per_content_version, purge_pages
from fwsite.db.engine import db, dialect_insert, metadata, reading, rows_of
from fwsite.db.models import KEY_LENGTH, ContentVersionRow, Criterion, Framework, User, UserSession
from fwsite.db.retry import retried
from fwsite.domain.columns import Cell, FilledColumn
from fwsite.domain.comparison import Citation, Claim, Rating, Side, Source
from fwsite.domain.csv_table import write_csv
from fwsite.domain.evidence import Evidence
from fwsite.domain.packages import Facts, Package
from fwsite.domain.people import Person, Role
from fwsite.domain.table import Table
from fwsite.instance import current_instance
from fwsite.markup import Directive, Document, Heading, Picture, PlainText, inline, parse, plain_line, plain_text
from fwsite.plugins.answering import AnswerForm, Answering, CheckedAnswers
from fwsite.plugins.columns import Column, ColumnContext, Export, ExportContext
from fwsite.plugins.content import (
    ContentError,
    ContentFiles,
    ContentImport,
    ContentProblem,
    Ground,
    Selection,
    SitemapEntry,
    Text,
    TextsContext,
)
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
from fwsite.plugins.packages import package_names, packages
from fwsite.plugins.read_model import (
    claim_path,
    criterion_names,
    find_claim,
    framework_names,
    published_claims,
    published_ratings,
)
from fwsite.plugins.registry import (
    QuestionSet,
    answering,
    emit,
    exports,
    filled_columns,
    grounds,
    is_slot_filled,
    known_packages,
    listed_extensions,
    parts_published,
    path_for,
    publish_parts,
    question_sets,
    run_directive,
    run_transform,
    texts_by_extension,
    workspace_parts,
    write_export,
)
from fwsite.plugins.setting import Setting
from fwsite.plugins.state import ExtensionError, Record, State
from fwsite.plugins.toml_file import TomlFile, read_toml, write_toml
from fwsite.plugins.upgrade import is_schema_current, upgrade_schema
from fwsite.plugins.workspace import PublicationRefused, Task, WorkspaceContext, WorkspacePart, WorkspaceStatus
from fwsite.web.auth import (
    current_person,
    end_session,
    end_sessions,
    login_manager,
    new_token,
    other_sessions,
    role_required,
    start_session,
    utc_now,
)
from fwsite.web.file_state import files_change_at, files_state, is_settling, per_file_state, state_of
from fwsite.web.form_checks import SENT_TWICE, csrf_token, sent_twice
from fwsite.web.form_recovery import kept_fields, kept_page
from fwsite.web.headers import allow_scripts
from fwsite.web.metrics import Answered, Process, Traffic, traffic
from fwsite.web.page_cache import kept_around, whole_page
from fwsite.web.rate_limit import Limit, hidden_network, limited
from fwsite.web.shell import absolute, site_editors
from fwsite.web.signing import hidden_key, is_shaped, new_submission, token_for, token_hash, view_token_for
from fwsite.web.unavailable import DATABASE_ERRORS, unavailable
from fwsite.web.workbook import XLSX_MIMETYPE, write_workbook

__all__ = [
    "API",
    "DATABASE_ERRORS",
    "KEY_LENGTH",
    "NOT_CONTENT",
    "SENT_TWICE",
    "XLSX_MIMETYPE",
    "AnswerForm",
    "Answered",
    "Answering",
    "Cell",
    "CheckedAnswers",
    "Citation",
    "Claim",
    "Column",
    "ColumnContext",
    "ContentError",
    "ContentFiles",
    "ContentImport",
    "ContentProblem",
    "ContentVersionRow",
    "Criterion",
    "Directive",
    "DirectiveContext",
    "DirectiveError",
    "Document",
    "EventContext",
    "Evidence",
    "Export",
    "ExportContext",
    "Extension",
    "ExtensionError",
    "Facts",
    "FilledColumn",
    "Framework",
    "Ground",
    "Heading",
    "Limit",
    "NavItem",
    "Package",
    "Person",
    "Picture",
    "PlainText",
    "Point",
    "PointKind",
    "Process",
    "PublicationRefused",
    "QuestionSet",
    "Rating",
    "Record",
    "Role",
    "Selection",
    "Setting",
    "Side",
    "SitemapEntry",
    "SlotContext",
    "Source",
    "State",
    "Table",
    "Task",
    "Text",
    "TextsContext",
    "TomlFile",
    "Traffic",
    "TransformContext",
    "User",
    "UserSession",
    "WorkspaceContext",
    "WorkspacePart",
    "WorkspaceStatus",
    "absolute",
    "allow_scripts",
    "answering",
    "cache_tag",
    "claim_path",
    "content_version",
    "criterion_names",
    "csrf_token",
    "current_instance",
    "current_person",
    "db",
    "dialect_insert",
    "emit",
    "end_session",
    "end_sessions",
    "exports",
    "files_change_at",
    "files_state",
    "filled_columns",
    "find_claim",
    "framework_names",
    "grounds",
    "hidden_key",
    "hidden_network",
    "inline",
    "is_schema_current",
    "is_settling",
    "is_shaped",
    "is_slot_filled",
    "kept_around",
    "kept_fields",
    "kept_page",
    "known_packages",
    "limited",
    "listed_extensions",
    "login_manager",
    "metadata",
    "new_submission",
    "new_token",
    "other_sessions",
    "package_names",
    "packages",
    "parse",
    "parts_published",
    "path_for",
    "per_content_version",
    "per_file_state",
    "plain_line",
    "plain_text",
    "publish_parts",
    "published_claims",
    "published_ratings",
    "purge_pages",
    "question_sets",
    "read_toml",
    "reading",
    "retried",
    "role_required",
    "rows_of",
    "run_directive",
    "run_transform",
    "sent_twice",
    "site_editors",
    "start_session",
    "state_of",
    "texts_by_extension",
    "token_for",
    "token_hash",
    "traffic",
    "unavailable",
    "upgrade_schema",
    "utc_now",
    "view_token_for",
    "whole_page",
    "workspace_parts",
    "write_csv",
    "write_export",
    "write_toml",
    "write_workbook",
]
