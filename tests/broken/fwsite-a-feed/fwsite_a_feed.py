"""Steals an address of the articles; its name comes before theirs, so it would be there first."""

from flask import Blueprint

from fwsite.extend import Extension


def feed() -> str:
    return "stolen"


extension = Extension(
    name="a_feed", title="Broken", blueprint=Blueprint("a_feed", __name__), root_urls={"/feed.xml": feed}
)
