"""Repairs chosen by what they do for a model: detectors of cells, repairs of them, and a choice on held-out rows."""
