"""How values are written: numbers, dates, codes."""
