"""What can be done with committed versions: look, compare, undo, hand out, publish."""
