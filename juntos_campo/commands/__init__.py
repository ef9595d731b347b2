"""The command line, one file a command group; `juntos_campo.cli` puts them together."""
