"""Needs a Python package that is not installed."""

import no_such_package

extension = no_such_package.extension
