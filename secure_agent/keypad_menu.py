"""What a call asks of a menu of keys, on a line where nobody understands speech."""

from typing import Protocol

from policies.text import RedactedText


class KeypadMenu(Protocol):
    """Takes keys that mean nothing else, and turns that nobody understood; it must not block."""

    def pressed(self, digit: str) -> None: ...

    def takes(self, text: RedactedText) -> bool:
        """Whether TEXT is a turn that was not understood; the menu then answers it, and no model does."""
        ...
