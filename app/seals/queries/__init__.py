"""What can be asked about seals."""
