"""What analysts see: reads published versions, draws, and computes nothing."""
