"""Files of annotations that other tools read and write, to votes and back."""
