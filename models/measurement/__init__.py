"""What a tagger's errors do to shares of emotions and to the coefficients on them."""
