"""Near-duplicate texts: those that share most of their runs of five words."""
