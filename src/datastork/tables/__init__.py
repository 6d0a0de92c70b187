"""Tables of text, column by column: what they hold, which rules they keep, which cells are wrong and what is right."""
