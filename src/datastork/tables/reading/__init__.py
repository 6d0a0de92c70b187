"""Reading tables: how a file is written is found and told, a bad row gets its reason, no value is converted."""
