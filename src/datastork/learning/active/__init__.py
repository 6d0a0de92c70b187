"""Which rows are worth a person's time for a model, and how to learn from the few that were looked at.

After ActiveClean (Krishnan, Wang, Wu, Franklin, Goldberg, VLDB 2016): rows that a detector flags are asked about,
rows that are trusted weigh 1, and each answered row speaks for those like it that nobody looked at.
"""
