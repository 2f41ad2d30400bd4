"""Every act on change documents: one transaction each."""
