"""Evidence view: how much rests on what, what was verified when, what has changed, and how to run it yourself."""

from __future__ import annotations

from flask import render_template

from fwsite.blueprints.comparison.bp import bp
from fwsite.blueprints.comparison.queries import published_claims, quoted_archives
from fwsite.blueprints.comparison.verification import release_facts
from fwsite.domain import evidence_summary
from fwsite.domain.comparison import Side
from fwsite.domain.evidence import Release
from fwsite.domain.evidence_summary import Support
from fwsite.extend import framework_names, per_content_version, whole_page

_SIDES = (Side.PRO, Side.CON, None)


@bp.get("/evidence")
@whole_page(despite_hooks=True)
def evidence() -> str:
    """What the site's claims rest on."""
    claims = published_claims()
    names = framework_names()
    rows = evidence_summary.rows(claims)
    packages = [package for package in release_facts.known() if package.facts]
    return render_template(
        "comparison/evidence.html",
        names=names,
        rows=sorted(rows, key=lambda row: (list(names).index(row.framework), _SIDES.index(row.side))),
        supports=list(Support),
        releases=evidence_summary.releases(claims),
        changed=[claim for claim in claims if evidence_summary.has_changed(claim)],
        measured=[claim for claim in claims if claim.measured],
        packages=packages,
        newest={Release(package.key, package.facts.version) for package in packages if package.facts},
    )


@per_content_version
def checked_against() -> tuple[str, ...]:
    """The releases of what is compared that published claims quote: ``Django 6.1.3 and 5.2.19``."""
    quoted = sorted(
        filter(None, map(Release.of_archive, quoted_archives())), key=lambda release: release.order, reverse=True
    )
    names = framework_names()
    versions = {key: [each.version for each in quoted if each.package == key] for key in names}
    return tuple(f"{names[key]} {' and '.join(found)}" for key, found in versions.items() if found)
