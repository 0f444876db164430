"""A format that cannot be written."""

from fwsite.extend import Export, ExportContext, Extension


def write(_context: ExportContext) -> str:
    raise RuntimeError("the export")


extension = Extension(
    name="export_raises",
    title="Broken",
    exports=(Export(format="raises", label="Raises", mimetype="text/plain", write=write),),
)
