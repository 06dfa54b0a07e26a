"""The network of the name model: hashed embeddings and a small CNN, spaCy's tok2vec without its vocabulary.

spaCy's own pipeline interns every word it meets for as long as the process lives; a caller's words may not be kept, so
the network takes hashes (`redaction.name_features`) and nothing of a text outlives its prediction.
"""

from typing import Any, Final

from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    Softmax,
    chain,
    clone,
    concatenate,
    expand_window,
    residual,
    with_array,
)
from thinc.types import Floats2d, Ints2d

from redaction.name_features import COLUMNS

#: What a token may be. A place is only told apart: it is no personal data without an address.
LABELS: Final = ("", "PERSON", "ADDRESS", "CITY", "PLACE", "ORG")
_WIDTH: Final = 96
_DEPTH: Final = 4

Network = Model[list[Ints2d], list[Floats2d]]


def build_network() -> Network:
    """The untrained network: for each text a row of hashes per token in, a probability per label out."""
    embeds: list[Model[Any, Any]] = [
        HashEmbed(width, rows, column=column, seed=column + 7, dropout=0.1)
        for column, (_, rows, width) in enumerate(COLUMNS)
    ]
    total = sum(width for _, _, width in COLUMNS)
    mix: Model[Any, Any] = Maxout(_WIDTH, total, nP=3, normalize=True, dropout=0.1)
    block: Model[Any, Any] = residual(
        chain(expand_window(window_size=1), Maxout(_WIDTH, _WIDTH * 3, nP=3, normalize=True))
    )
    tokenwise: Model[Any, Any] = chain(
        concatenate(*embeds), mix, clone(block, _DEPTH), Softmax(len(LABELS), _WIDTH)
    )
    return with_array(tokenwise, pad=_DEPTH)
