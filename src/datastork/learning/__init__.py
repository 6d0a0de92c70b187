"""Models that cleaning is steered by: tables as matrices, estimators, validation, weights and fairness."""
