"""Hosting: what each framework asks of a server. Content alone: no pages, no tables."""

from pathlib import Path

from fwsite.extend import Column, Export, Extension

from . import interfaces, markdown

extension = Extension(
    name="hosting",
    title="Hosting",
    api=1,
    after=("comparison", "questionnaire"),
    columns=(Column(key="hosting_interface", label="Server interface", cells=interfaces.cells),),
    exports=(Export(format="md", label="Markdown", mimetype="text/markdown", write=markdown.write),),
    question_sets=(Path(__file__).parent / "hosting.toml",),
)
