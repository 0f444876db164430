"""A line that is no Python."""

extension = Extension(name="syntax_error"
