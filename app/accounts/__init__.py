"""Organisations, people, sign-in, sessions and tokens."""
