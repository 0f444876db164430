"""A format in which the comparison can be taken away already."""

from fwsite.extend import Export, Extension

extension = Extension(
    name="steals_format",
    title="Broken",
    exports=(Export(format="csv", label="CSV", mimetype="text/csv", write=lambda context: "stolen"),),
)
