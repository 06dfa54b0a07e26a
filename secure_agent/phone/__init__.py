"""`secure-agent phone`: the agent on the laptop line, for demonstrations and tests, never for production."""
