"""The programme's own words: entities, values and errors. Knows no Qt, no SQL and no HTTP."""
