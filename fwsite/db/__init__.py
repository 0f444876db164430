"""Database: engine and session, core tables, the content version, migrations of the core."""
