"""Juntos Campo: household accompaniment for the field workers of Peru's JUNTOS programme, offline."""

__version__ = "0.4.0"
