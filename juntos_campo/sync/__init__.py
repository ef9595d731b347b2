"""Synchronising the laptop with the server: stages, transports, an honest report (PROTOCOL.md)."""
