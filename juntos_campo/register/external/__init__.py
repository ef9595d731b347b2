"""Files of other systems, from HIS to the payments of a bimester: read, matched, reconciled."""
