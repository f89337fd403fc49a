"""Portfolios sorted by emotion: what they earned, what trading them cost."""
