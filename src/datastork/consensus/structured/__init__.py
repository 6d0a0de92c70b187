"""Consensus of answers with a shape: regions are matched, then fused; texts are aligned, then voted."""
