"""A setting that the host gave a wrong value."""

from fwsite.extend import Extension, Setting

extension = Extension(
    name="setting_value",
    title="Broken",
    settings=(Setting(name="SETTING_VALUE_SHOWN", type=int, default=1, minimum=1, maximum=9, help="How many."),),
)
