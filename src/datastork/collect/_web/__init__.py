"""What `collect.web` is made of."""
