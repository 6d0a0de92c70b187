"""How right and how sure answers are, while they come in."""
