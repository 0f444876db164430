"""The site's own base as its model_base: what is done with an extension's models must not be done with the site's."""

from pathlib import Path

from fwsite.extend import Extension, db

extension = Extension(name="site_model_base", title="Broken", model_base=db.Model, migrations=Path(__file__).parent)
