"""What is kept beside the votes: people, gold answers, comments, drafts, classes, recordings, settings."""
