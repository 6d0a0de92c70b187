"""Archives of posts that were downloaded: dumps of communities, and one's own posts as a service hands them out."""
