"""The votes of people and models: an append-only record in SQL, with queue, leases and comments beside it."""
