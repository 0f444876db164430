"""A question whose key does not begin with the extension's name."""

from pathlib import Path

from fwsite.extend import Extension

extension = Extension(name="question_keys", title="Broken", question_sets=(Path(__file__).parent / "questions.toml",))
