"""Tools of the agent: each declared once, each called only through the gateway."""
