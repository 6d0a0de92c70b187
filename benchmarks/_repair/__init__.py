"""Parts of the benchmark of repaired tables."""
