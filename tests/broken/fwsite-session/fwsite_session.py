"""A setting that Flask has, too: cookies would get another domain."""

from fwsite.extend import Extension, Setting

extension = Extension(
    name="session",
    title="Broken",
    settings=(Setting(name="SESSION_COOKIE_DOMAIN", type=str, default="example.org", help="Where talks take place."),),
)
