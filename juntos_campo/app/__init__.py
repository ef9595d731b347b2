"""Use cases, one file per goal of a user. No Qt here; each returns what changed."""
