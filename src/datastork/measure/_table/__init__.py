"""What a profile of a table looks like as findings: sentences, numbers, tables, pictures."""
