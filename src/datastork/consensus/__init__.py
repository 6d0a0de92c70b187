"""From votes to labels with honest probabilities: functions on arrays, numpy and scipy only."""
