"""The central server: accounts, territory, records and their change feed, over HTTP."""
