"""Search: one protocol, two drivers, fed from the outbox of the subjects below."""
