"""The proof: one append-only log per installation (ARCHITECTURE section 5, SECURITY section 4).

An entry is canonical JSON with the hash of the same sheet's previous entry; it is written in the business transaction
(*recorded*), put into an RFC 6962 tree by one sequencer within a second (*in tree*), and later witnessed.
"""
