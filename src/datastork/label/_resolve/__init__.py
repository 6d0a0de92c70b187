"""How the votes of a dataset become labels, by kind of question."""
