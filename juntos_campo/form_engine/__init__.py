"""XLSForm -> definition -> session. Knows no Qt and no database.

`loader.load_form` reads a form, `session.Session` fills it in. `README.md` of this package says which
question types, columns and functions are understood.
"""
