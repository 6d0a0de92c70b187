"""What rules do to a table by themselves."""
