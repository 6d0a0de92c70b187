"""Invented personal data, to see how much of such is found. Shares no code and no list with the recognisers."""
