"""What is asked about change documents."""
