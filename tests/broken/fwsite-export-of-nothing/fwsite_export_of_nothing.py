"""A format that gives nothing."""

from fwsite.extend import Export, Extension

extension = Extension(
    name="export_of_nothing",
    title="Broken",
    exports=(Export(format="nothing", label="Nothing", mimetype="text/plain", write=lambda context: None),),
)
