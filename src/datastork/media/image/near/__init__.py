"""Near-duplicates of images: fingerprints, candidate pairs, and the comparison that decides."""
