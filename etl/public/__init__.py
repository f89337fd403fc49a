"""Public data sets: what they are, and how they come from their own homes."""
