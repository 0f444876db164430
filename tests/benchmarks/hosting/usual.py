"""A Flask application as many are: Flask-SQLAlchemy, one model, one page with a query and a template."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROWS = 20
PAGE = "<!doctype html><title>Items</title><ul>{% for item in items %}<li>{{ item.text }}</li>{% endfor %}</ul>"


class Base(DeclarativeBase):
    """As Flask-SQLAlchemy's guide has it."""


db = SQLAlchemy(model_class=Base)


class Item(db.Model):  # type: ignore[name-defined, misc]
    """A row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def make_app(folder: Path) -> Flask:
    """With its database in the folder."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'usual.sqlite3'}"
    db.init_app(app)
    with app.app_context():
        db.create_all()
        if not db.session.scalar(select(Item).limit(1)):
            db.session.add_all(Item(text=f"Item {number}") for number in range(ROWS))
            db.session.commit()

    @app.get("/")
    def index() -> str:
        return render_template_string(PAGE, items=db.session.scalars(select(Item)).all())

    return app
