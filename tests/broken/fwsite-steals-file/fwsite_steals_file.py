"""A file of the export that another extension has."""

from fwsite.extend import ContentFiles, ContentImport, Extension

files = ContentFiles(
    names=("questionnaire.toml",),
    keys=("questions",),
    write=dict,
    read=lambda place: ContentImport(changes=list, take_in=lambda who, note: ""),
    write_file=str,
)
extension = Extension(name="steals_file", title="Broken", content_files=files)
