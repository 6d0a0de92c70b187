"""New samples from the phones of annotators."""
