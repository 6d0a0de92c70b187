"""Paged JSON APIs: paths into what they answer, how they turn the page, items as samples."""
