"""Formats of videos: box tracks. CVAT holds images too."""
