"""What a sentence of the agent asks the caller for."""

import re
from typing import Final

from policies.entities import EntityType as E
from redaction.lexicon import Lexicon
from redaction.scan import Scan

_SENTENCE: Final = re.compile(r"[^.?!\n]+[.?!\n]?")
_KINDS: Final = {"NAME": E.PERSON, "ADDRESS": E.STREET_ADDRESS, "EMAIL": E.EMAIL}


def asked_for(text: str, lexicon: Lexicon) -> tuple[E, ...]:
    """The types that the last question of TEXT asks for."""
    for sentence in reversed(_SENTENCE.findall(text)):
        scan = Scan(sentence, lexicon)
        asks = sentence.rstrip().endswith("?") or any(item.low in lexicon.table.asks for item in scan.items)
        if not asks:
            continue
        types = []
        for cue in scan.cues:
            kind = _KINDS.get(cue.kind) or (E(cue.kind) if cue.kind in E.__members__ else None)
            if kind is not None and kind not in types:
                types.append(kind)
        if types:
            return tuple(sorted(types, key=lambda t: t is E.PAN))
    return ()
