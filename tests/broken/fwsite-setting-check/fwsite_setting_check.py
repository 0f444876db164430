"""A setting whose check raises."""

from fwsite.extend import Extension, Setting


def divide(value: int) -> str | None:
    return None if 1 / value else "must be less"


extension = Extension(
    name="setting_check",
    title="Broken",
    settings=(Setting(name="SETTING_CHECK_PARTS", type=int, default=1, help="Parts.", check=divide),),
)
