"""Makes the name model of `redaction`: sentences, values and speech in, one trained file out. Not shipped."""
