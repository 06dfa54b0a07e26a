"""Cut text into tokens with exact positions: words, numbers, and the typed composites that are one thing."""

import re
from typing import Final, NamedTuple

#: Marks where one utterance ends and the next begins, inside one turn and between turns.
JOIN: Final = "\x1f"
TURN: Final = "\x1e"

#: Every repetition is bounded or over one class that cannot match what follows it: the scan is linear.
_LEXER: Final = re.compile(
    r"""
      (?P<plain>[^\W\d_]++(?:['’][^\W\d_]++)*+(?=[\s,;!?]|\Z))
    | (?P<label><[A-Za-z_]{2,20}_\d{1,4}>|\[[A-Z_]{3,16}\])
    | (?P<datetime>(?<!\w)\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?(?!\w))
    | (?P<url>(?:https?://|www\.)[^\s<>"'\x1e\x1f]{1,200}[^\s<>"',.;:!?)\]\x1e\x1f])
    | (?P<email>(?<![\w.+%-])[\w+%-]{1,64}(?:\.[\w+%-]{1,64}){0,6}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})
    | (?P<mac>(?<![\w:])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:]))
    | (?P<ip6>(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:]))
    | (?P<domain>(?<![\w.@-])[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.
        (?:com|net|org|edu|gov|mil|info|biz|io|co|ai|app|dev|me|tv|us|uk|ca|au|in|de|fr|es|it|pt|nl|pl|br|eu|ch|at|be|
        ie|nz|mx|jp|cn|ru|se|no|dk|fi|za|online|shop|store|site|xyz|test|example|health|bank)
        (?:/[^\s<>"'\x1e\x1f]{0,200}[^\s<>"',.;:!?)\]\x1e\x1f])?(?![\w-]))
    | (?P<number>\d+(?:[.,:/’'](?=\d)\d+)*)
    | (?P<word>[xX]-[rR]ay(?!\w)|[^\W\d_]+(?:['’][^\W\d_]+)*)
    | (?P<turn>\x1e) | (?P<join>\x1f)
    | (?P<unseen>[\x00-\x08\x0e-\x1d\x7f-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f
        \u20d0-\u20ff\ufe00-\ufe0f\ufeff]|(?<=\d)[\u0300-\u036f])
    | (?P<punct>[^\s])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """One token; `low` is its text, case-folded, with a plain apostrophe."""

    kind: str
    text: str
    low: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Cut TEXT; what lies between two tokens is white space, or nothing that anybody sees or hears."""
    tokens = []
    for match in _LEXER.finditer(text):
        piece = match.group()
        kind = match.lastgroup or "punct"
        if kind == "unseen":
            continue  # a soft hyphen or a joiner from a copied document would tear a number apart
        if kind == "plain":
            kind = "word"
        low = piece.casefold().replace("’", "'").replace("-", "") if kind == "word" else piece
        tokens.append(Token(kind, piece, low, match.start(), match.end()))
    return tokens
