"""Postal addresses: words and forms of streets in some thirty countries, and how parts join to one address."""
