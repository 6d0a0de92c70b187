"""Parts of the steps that clean tables."""
