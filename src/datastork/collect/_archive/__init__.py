"""What the steps for downloaded archives share: streams, lines, stand-ins for authors, times."""
