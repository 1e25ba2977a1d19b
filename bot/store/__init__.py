"""The store: tables, sessions and queries; SQLite and PostgreSQL alike."""
