"""Verification of evidence: quoted words looked for in the archives of releases, and facts of releases."""
