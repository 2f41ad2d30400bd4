"""What changes contact notes and joint drawing reviews: one transaction each."""
