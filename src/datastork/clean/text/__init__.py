"""Steps that clean and judge texts."""
