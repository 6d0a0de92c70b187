"""What `collect.gutenberg` is made of: catalogue, mirror, what is book and what is not, chapters."""
