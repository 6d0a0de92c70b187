"""The report of one version: an HTML page that needs nothing else, and the same numbers as JSON."""
