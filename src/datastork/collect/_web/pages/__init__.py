"""What pages, sitemaps and their headers say."""
