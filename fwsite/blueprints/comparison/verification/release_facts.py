"""Release facts: what an index says of the newest release of each package that texts name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from email.message import Message
from email.parser import BytesParser

from packaging.requirements import InvalidRequirement, Requirement
from sqlalchemy import select

from fwsite.blueprints.comparison import models
from fwsite.blueprints.comparison.verification import archive_reader
from fwsite.blueprints.comparison.verification.package_index import IndexFile, IndexProblem, PackageIndex
from fwsite.domain.packages import Facts, Package
from fwsite.extend import db, packages, per_content_version

_LICENCE_MOST = 60
"""Characters of a licence's name; some packages put the whole text there."""


def read_facts(index: PackageIndex, package: str, today: date) -> Facts:
    """Facts of the newest final release. Raises ``IndexProblem`` and ``ArchiveProblem``."""
    files = index.newest(package)
    file = plainest(files)
    metadata = BytesParser().parsebytes(index.metadata(file) or _metadata_of(index, file), headersonly=True)
    release = file.release
    days = [each.uploaded_on for each in files if each.uploaded_on]
    return Facts(
        version=release.version if release else "",
        released_on=min(days, default=None),
        python=str(metadata.get("Requires-Python") or file.requires_python),
        requires=tuple(_requires(metadata)),
        licence=_licence(metadata),
        size=file.size or index.archive(file).stat().st_size,
        is_wheel=file.name.endswith(".whl"),
        read_on=today,
    )


def plainest(files: Sequence[IndexFile]) -> IndexFile:
    """The file of a release that servers install: the wheel for any platform, else one for Linux, else the source."""
    return min(files, key=_rank)


def _rank(file: IndexFile) -> int:
    if not file.name.endswith(".whl"):
        return 2
    systems = file.name.removesuffix(".whl").rpartition("-")[2]
    if systems == "any":
        return 0
    return 1 if "linux" in systems else 3


def _metadata_of(index: PackageIndex, file: IndexFile) -> bytes:
    names = ("PKG-INFO",) if file.is_source else (".dist-info/METADATA",)
    found = archive_reader.texts(index.archive(file), lambda name: name.endswith(names) or name == "METADATA")
    for _, text in found:
        return text.encode()
    raise IndexProblem(f"{file.name}: has no metadata")


def _requires(metadata: Message) -> Iterable[str]:
    """What the plain install brings along on an up-to-date Linux; extras, and other systems' own, are left out."""
    found = {}
    for line in metadata.get_all("Requires-Dist", []):
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        environment = {"extra": "", "sys_platform": "linux", "platform_system": "Linux", "python_version": "3.14"}
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found[requirement.name.casefold()] = requirement.name
    return sorted(found.values(), key=str.casefold)


def _licence(metadata: Message) -> str:
    said = metadata.get("License-Expression")
    if not said:
        classifiers = [
            line for line in metadata.get_all("Classifier", []) if line.startswith("License :: OSI Approved ::")
        ]
        said = classifiers[0].rpartition("::")[2].strip() if classifiers else metadata.get("License") or ""
    line = str(said).strip().partition("\n")[0].strip()
    return line if len(line) <= _LICENCE_MOST else ""


def put(package: str, facts: Facts) -> None:
    """Keep the facts in place of those before. The caller commits."""
    row = db.session.get(models.ReleaseFacts, package) or models.ReleaseFacts(package=package)
    row.facts = {name: str(value) if isinstance(value, date) else value for name, value in facts.as_table().items()}
    row.read_on = facts.read_on
    db.session.add(row)


def known() -> tuple[Package, ...]:
    """Every package with the facts that were read last, here or by the makers of the content that is shipped."""
    here = _here()
    return tuple(
        replace(package, facts=here[package.key])
        if package.key in here and (package.facts is None or here[package.key].read_on >= package.facts.read_on)
        else package
        for package in packages()
    )


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
