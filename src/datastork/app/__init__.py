"""The labelling app: one process that serves annotators, reviewers and owners."""
