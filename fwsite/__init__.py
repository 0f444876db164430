"""Backend Ledger: a microsite about one question, which backend framework should I pick?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from fwsite import config, database, headers, identity, pages, throttle
from fwsite.extend import loading
from fwsite.instance import Instance

__version__ = "0.1.0"


def create_app(
    instance: str | os.PathLike[str] | None = None,
    *,
    create: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> Flask:
    """Build the application for an instance folder.

    ``instance`` is the folder (see :meth:`fwsite.instance.Instance.locate`); what is missing in it is made
    unless ``create`` is false. ``settings`` go before every other source. Raises ``SettingsError``,
    ``InstanceError`` or ``ExtensionError`` with a message for the host.
    """
    folder = Instance.locate(instance, os.environ)
    registry = loading.load_extensions()
    known = (*config.SETTINGS, *(s for extension in registry.extensions for s in extension.settings))
    values = config.read_settings(known, folder.config_file, os.environ, settings)
    if create:
        folder.create()

    app = Flask(__name__, instance_path=str(folder.path))
    config.configure(app, folder, values)
    database.init_app(app)
    headers.init_app(app)
    pages.init_app(app)
    identity.init_app(app)
    throttle.init_app(app)
    loading.apply(app, registry)
    return app
