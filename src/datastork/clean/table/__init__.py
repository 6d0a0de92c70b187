"""Steps that clean tables: rows whose values are columns."""
