"""How well the models do against the goals of MODELS.md, and what a message costs them."""
