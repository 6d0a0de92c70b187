"""Numbers that lie far from all others of their column, or of rows alike."""
