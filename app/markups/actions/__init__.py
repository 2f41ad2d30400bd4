"""Every change of marks: one act, one transaction, one entry on the sheet's chain."""
