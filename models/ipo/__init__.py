"""Initial public offerings: first-day returns, long-run returns, and the enthusiasm before them."""
