"""Release metadata: what an index says of the newest release of a package, from PEP 658 or the file itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from email.message import Message
from email.parser import BytesParser

from packaging.requirements import InvalidRequirement, Requirement

from fwsite.blueprints.comparison.verification import archive_reader
from fwsite.blueprints.comparison.verification.package_index import IndexFile, IndexProblem, PackageIndex
from fwsite.domain.packages import Facts

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
