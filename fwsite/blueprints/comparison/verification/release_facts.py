"""Release facts: the newest release of each package that texts name, as it was read here or by the edition's makers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.domain.packages import Facts, Package
from fwsite.extend import db, known_packages, packages, per_content_version


def put(package: str, facts: Facts) -> None:
    """Keep the facts in place of those before. The caller commits."""
    row = db.session.get(models.ReleaseFacts, package) or models.ReleaseFacts(package=package)
    row.facts = {name: str(value) if isinstance(value, date) else value for name, value in facts.as_table().items()}
    row.read_on = facts.read_on
    db.session.add(row)


def known() -> tuple[Package, ...]:
    """Every package with the facts that were read last, here or by the makers of the content that is shipped."""
    return tuple(known_packages().values())


def here() -> tuple[Package, ...]:
    """The packages whose facts were read here."""
    found = _here()
    return tuple(replace(package, facts=found[package.key]) for package in packages() if package.key in found)


@per_content_version
def _here() -> Mapping[str, Facts]:
    return {row.package: Facts.of_table(row.facts) for row in db.session.scalars(select(models.ReleaseFacts))}


def write(found: Iterable[Package]) -> str:
    """The packages as a file that can be shipped with content."""
    import tomli_w

    head = "# Packages that texts of this site name, with facts from `fwsite evidence refresh --to FILE`.\n\n"
    tables = (
        {
            "key": package.key,
            "name": package.name,
            **({"project": package.project} if package.project else {}),
            **(package.facts.as_table() if package.facts else {}),
        }
        for package in found
    )
    return head + "\n".join(f"[[packages]]\n{tomli_w.dumps(table)}" for table in tables)
