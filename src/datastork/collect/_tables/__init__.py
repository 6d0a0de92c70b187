"""Tables: opened, read batch by batch, turned into rows of a listing."""
