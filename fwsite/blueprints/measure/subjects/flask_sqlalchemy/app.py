"""Flask with Flask-SQLAlchemy, as the Quick Start of its documentation has it."""

import os

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['MEASURE_DATABASE']}"
db.init_app(app)


class Author(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class Book(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()


@app.get("/json")
def hello():
    return {"message": "Hello, world"}


@app.get("/row/<int:number>")
def row(number):
    book = db.get_or_404(Book, number)
    return {"id": book.id, "title": book.title, "pages": book.pages, "author_id": book.author_id}


@app.get("/page")
def page():
    books = db.session.execute(select(Book).order_by(Book.id).limit(20)).scalars()
    return render_template("page.html", books=books)


@app.get("/nplus1")
def authors():
    books = db.session.execute(select(Book).order_by(Book.id).limit(20)).scalars().all()
    return render_template("nplus1.html", books=books)
