"""The encrypted local database: keys, connection, migrations, records, drafts, outbox, search.

The only package of the laptop that speaks SQL. Everything durable goes through `Store.transaction`.
"""
