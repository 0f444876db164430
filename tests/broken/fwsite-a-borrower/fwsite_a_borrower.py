"""Imports the models of an extension that works, and raises: the other one must not lose its tables by that."""

from fwsite_neighbour import Visit

raise RuntimeError(f"cannot use {Visit.__tablename__}")
