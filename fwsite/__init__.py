"""Backend Ledger: a microsite about one question, which backend framework should I pick?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from fwsite.intervals import Intervals

__version__ = "0.1.0"
"""The one place that has it: pyproject.toml takes it from here."""


MIDDLEWARE = (
    "fwsite.web.host_name",
    "fwsite.web.metrics",
    "fwsite.web.health",
    "fwsite.web.page_cache",
)
"""WSGI middleware around the application, outermost first: modules with a function ``middleware(app, inner)``."""


def create_app(
    instance: str | os.PathLike[str] | None = None,
    *,
    create: bool = True,
    settings: Mapping[str, Any] | None = None,
    intervals: Intervals | None = None,
    forgiving: bool = False,
) -> Flask:
    """Application factory: the site on an instance folder.

    ``instance`` is the folder (see :meth:`fwsite.instance.Instance.locate`); what is missing in it is made
    unless ``create`` is false. ``settings`` go before every other source. ``intervals`` says how long anything may be
    out of date (see :mod:`fwsite.intervals`). With ``forgiving``, settings that nobody knows are logged, where they
    resemble none of the site's own. Raises ``SettingsError``, ``InstanceError`` or ``ExtensionError`` with a
    message for the host.
    """
    # Imported here, so that who only asks for the version, or for the fixtures of fwsite.testing, waits for nothing.
    from flask import Flask

    from fwsite import config
    from fwsite import settings as sources
    from fwsite.db import content_version, engine
    from fwsite.instance import Instance
    from fwsite.intervals import Intervals
    from fwsite.plugins import known_names, loader
    from fwsite.web import auth, file_state, headers, health, maintenance, rate_limit, readiness, routing, shell

    folder = Instance.locate(instance, os.environ)
    folder.refuse_unreadable()
    choice = sources.read_choice(folder.config_file, os.environ, settings)
    roster = loader.installed(choice, __version__, folder.extensions)
    gone = known_names.read(folder.known_extensions)
    values = sources.read_all(
        roster, folder.config_file, os.environ, settings, choice.disabled, gone, forgiving=forgiving
    )
    if create:
        folder.create()
        known_names.add(folder.known_extensions, (entry.name for entry in roster.entries if entry.package))

    app = Flask(__name__, instance_path=str(folder.path))
    app.url_map.converters.update(routing.CONVERTERS)
    config.configure(app, folder, values)
    every = intervals or Intervals()
    engine.init_app(app)
    content_version.init_app(app, every)
    file_state.init_app(app, every)
    headers.init_app(app)
    maintenance.init_app(app)
    shell.init_app(app)
    auth.init_app(app)
    rate_limit.init_app(app)
    health.init_app(app)
    loader.apply(app, roster, choice, shell.POINTS)
    readiness.init_app(app, every)
    for name in reversed(MIDDLEWARE):
        app.wsgi_app = import_module(name).middleware(app, app.wsgi_app)  # type: ignore[method-assign]
    return app
