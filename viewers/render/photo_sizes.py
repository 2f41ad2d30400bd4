"""Small pictures that are made of a photo, and their longest side in px."""

PICTURES = {"thumb.webp": 320, "view.webp": 1_600}
