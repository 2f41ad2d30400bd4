"""Search: one protocol; Whoosh embedded, PostgreSQL for many nodes. Filtered by permission inside the query."""
