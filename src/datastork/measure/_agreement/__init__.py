"""How far annotators agree, as findings: one module for each form an answer can have."""
