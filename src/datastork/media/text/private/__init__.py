"""Personal data in texts: what finds it (recognisers), and what makes some up to see how much is found (synthetic)."""
