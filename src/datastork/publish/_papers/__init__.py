"""What lies beside the data: the card with its front matter, the note on licences, who made what, `dataset.json`."""
