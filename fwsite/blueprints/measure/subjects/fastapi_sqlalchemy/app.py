"""FastAPI with SQLAlchemy: a session for each request by a dependency with yield, models for what goes out."""

import os
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

engine = create_engine(f"sqlite:///{os.environ['MEASURE_DATABASE']}", connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()


class Hello(BaseModel):
    message: str


class BookPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    pages: int
    author_id: int


def get_session():
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

app = FastAPI()
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


@app.get("/json")
async def hello() -> Hello:
    return Hello(message="Hello, world")


@app.get("/row/{number}", response_model=BookPublic)
def row(number: int, session: SessionDep):
    return session.get(Book, number)


@app.get("/page", response_class=HTMLResponse)
def page(request: Request, session: SessionDep):
    books = session.scalars(select(Book).order_by(Book.id).limit(20)).all()
    return templates.TemplateResponse(request=request, name="page.html", context={"books": books})


@app.get("/nplus1", response_class=HTMLResponse)
def authors(request: Request, session: SessionDep):
    books = session.scalars(select(Book).order_by(Book.id).limit(20)).all()
    return templates.TemplateResponse(request=request, name="nplus1.html", context={"books": books})
