"""What the laptop line speaks and hears with when no provider is configured: nothing here needs a key or a network."""
