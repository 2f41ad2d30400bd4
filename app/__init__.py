"""OneSet (一套图): one drawing set per construction project. Start with ``app/README.md``."""
