"""The command line in Spanish: what Typer says by itself, questions, and how a program is put together."""
