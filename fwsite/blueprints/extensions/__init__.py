"""Extension list, for people who maintain."""

from fwsite.blueprints.extensions import views
from fwsite.extend import Extension, NavItem

extension = Extension(
    name="extensions",
    title="Extensions",
    blueprint=views.bp,
    nav=(NavItem(label="Extensions", endpoint="extensions.index", weight=70, role="maintainer"),),
    slots={"account.home": views.account_home},
)
