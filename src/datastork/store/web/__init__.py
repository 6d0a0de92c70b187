"""Answers of the web as they are kept: WARC records, compressed bodies, charsets."""
