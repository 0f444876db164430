"""A setting without the extension's name before it."""

from fwsite.extend import Extension, Setting

extension = Extension(
    name="setting_prefix",
    title="Broken",
    settings=(Setting(name="SITE_TITLE", type=str, default="Mine", help="Whose site it is."),),
)
