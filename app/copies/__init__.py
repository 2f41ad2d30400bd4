"""What holders of copies are told: the status behind a printed QR code (distribution comes with its own subject)."""
