"""How much personal data preprocessing finds, how much it hides for nothing, what that costs."""
