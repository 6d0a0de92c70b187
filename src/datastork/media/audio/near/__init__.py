"""Near-duplicate sounds: fingerprints, candidate pairs, and the comparison that decides."""
