"""Evaluation sets: their texts, and the runs of words in them."""
