"""The error tree of redaction; no message ever quotes text.

RedactionError
├── RecognizerError        a layer failed or ran out of its budget: the utterance is withheld
├── NameModelError         the name model that was asked for cannot be had: nothing is built
└── UnknownLanguageError   no table for this language: nothing can be scanned
"""


class RedactionError(Exception):
    """Anything the redaction package raises on purpose."""


class RecognizerError(RedactionError):
    """A layer of the analysis failed or spent its budget. The utterance must be withheld."""


class NameModelError(RedactionError):
    """The name model that the configuration asks for is not installed, or is none. Raised when the engine is built."""


class UnknownLanguageError(RedactionError):
    """There is no table for the language asked for. Nothing said in it can be scanned."""
