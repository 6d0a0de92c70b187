"""Files as they are: pages, scripts, styles."""
