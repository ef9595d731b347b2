"""Indicators of the programme, computed in the database from what the field workers recorded."""
