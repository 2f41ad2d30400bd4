"""Workers: jobs of the SQL table, the ledger's sequencer, the search indexer. No extra server."""
