"""Questions on drawings: contact notes (工程联系单) and the joint drawing review (图纸会审)."""
