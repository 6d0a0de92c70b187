"""Feeds: RSS, RDF, Atom and JSON Feed, read safely into entries."""
