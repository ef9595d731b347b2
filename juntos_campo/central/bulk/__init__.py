"""Loading registers of a territorial unit or of the nation: staged, compared in SQL, applied by partition.

The files pass through the same checks as a small load (`juntos_campo.register`) and end in the same records
as `central.loading.load` makes of them; memory does not grow with the files. Rows wait in staging tables
until everything is known to be right, so that nothing is half loaded.
"""
