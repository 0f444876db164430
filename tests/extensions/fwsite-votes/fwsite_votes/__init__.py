"""Votes: readers say which pros and cons they agree with. Only counts are stored."""

from pathlib import Path

from fwsite.extend import Extension

from . import models, slots, views

extension = Extension(
    name="votes",
    title="Votes",
    api=1,
    after=("comparison",),
    blueprint=views.bp,
    slots={
        "comparison.claim": slots.claim,
        "comparison.rating": slots.rating,
        "comparison.framework_footer": slots.framework_footer,
    },
    model_base=models.Base,
    migrations=Path(__file__).parent / "migrations",
    sitemap=views.sitemap,
)
