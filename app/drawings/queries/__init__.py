"""Everything that can be asked about sheets, revisions and intakes; filtered by policy inside the query."""
