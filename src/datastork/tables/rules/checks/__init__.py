"""What rules find in a table: rows against them, cells in doubt, rules against each other."""
