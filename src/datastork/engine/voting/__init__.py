"""Votes of people and models: into the dataset, in from files, out to files."""
