"""The database: engines for SQLite and PostgreSQL, column types, and the one transaction runner."""
