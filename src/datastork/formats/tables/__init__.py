"""Tables of votes: a line or a row for each vote or each sample."""
