"""An entry point that leads to a function that makes the extension."""

from fwsite.extend import Extension


def make() -> Extension:
    return Extension(name="leads_elsewhere", title="Broken")
