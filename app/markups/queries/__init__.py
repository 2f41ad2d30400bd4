"""What can be shown of marks: frozen values, filtered by policy."""
