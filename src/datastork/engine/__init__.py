"""The engine: plan a recipe into passes, run them on Daft, commit, resume, account for every sample."""
