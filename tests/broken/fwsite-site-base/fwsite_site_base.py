"""A model on the site's own base, as most examples on the net have it."""

from sqlalchemy.orm import Mapped, mapped_column

from fwsite.extend import Extension, db


class Entry(db.Model):
    __tablename__ = "site_base_entry"

    id: Mapped[int] = mapped_column(primary_key=True)


extension = Extension(name="site_base", title="Broken")
