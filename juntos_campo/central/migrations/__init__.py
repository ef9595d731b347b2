"""Alembic migrations of the server's database. They import nothing of the project."""
