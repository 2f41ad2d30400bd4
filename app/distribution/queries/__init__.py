"""What can be asked about distribution."""
