"""Stored bytes with an owner of any kind (ARCHITECTURE section 7, 1), and how they leave the house."""
