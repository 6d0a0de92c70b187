"""datastork makes machine-learning datasets, end to end."""

__version__ = "0.1.0"
