"""The model of a table: what a cell should hold, given the rest of its row and how it is written."""
