"""How far annotators agree: on classes and numbers, on regions, and what that lets anyone expect of a model."""
