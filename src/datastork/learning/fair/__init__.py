"""Unfairness of a model between groups of people: measured, and taken out by weights and thresholds."""
