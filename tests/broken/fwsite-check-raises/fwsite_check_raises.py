"""A check of content that raises."""

from fwsite.extend import ContentProblem, Extension


def check() -> list[ContentProblem]:
    raise RuntimeError("the check")


extension = Extension(name="check_raises", title="Broken", check_content=check)
