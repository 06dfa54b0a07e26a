"""The digit gate: alone with the caller, so that no process with a model ever meets a card's digits."""
