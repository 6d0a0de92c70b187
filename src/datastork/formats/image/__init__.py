"""Formats of images: boxes, polygons, masks and keypoints in pixels."""
