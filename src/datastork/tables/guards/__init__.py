"""What repairs must not do: break good cells, change too much, or make the table speak for other people."""
