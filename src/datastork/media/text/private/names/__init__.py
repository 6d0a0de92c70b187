"""Names and places: what a small model says of them, and rules about how people write them."""
