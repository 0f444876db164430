"""Accounts: signing in, one's own page, and who may sign in at all."""

from fwsite.blueprints.account import commands, people, views
from fwsite.extend import Extension, NavItem, Point, PointKind, Setting

extension = Extension(
    name="account",
    title="Account",
    blueprint=people.bp,
    root_urls={"/.well-known/change-password": views.change_password_address},
    nav=(
        NavItem(label="Account", endpoint="account.index", weight=80, role="maintainer"),
        NavItem(label="People", endpoint="account.people", weight=90, role="admin"),
        NavItem(label="Maintainers", endpoint="account.index", weight=90, place="foot"),
    ),
    offers=(
        Point(
            kind=PointKind.SLOT,
            name="account.home",
            help="On the first page after signing in: what there is to do.",
            values={"person": "who is signed in: id, name, role"},
        ),
    ),
    commands=(commands.user,),
    settings=(
        Setting(
            name="ACCOUNT_SESSION_HOURS",
            type=int,
            default=168,
            minimum=1,
            maximum=8760,
            help="How long a maintainer stays signed in, in hours.",
        ),
    ),
)
