"""What a sentence of the agent asks the caller for."""

import re
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.lexicon import Lexicon
from redaction.scan import Scan

_SENTENCE: Final = re.compile(r"[^.?!\n]+[.?!\n]?")
_GO_ON: Final = words(
    "rest next go continue last first second half digit digits number numbers more repeat again remaining part left "
    "group block slowly slower"
)
_QUESTION_WORDS: Final = words(
    "what which how when where who why was wie wann wo wer qué cuál cómo cuándo dónde quel quelle quand comment où "
    "quale quando come dove qual quanto wat welke hoe wanneer waar jaki jaka kiedy gdzie"
)
_KINDS: Final = {"NAME": E.PERSON, "ADDRESS": E.STREET_ADDRESS, "EMAIL": E.EMAIL}


def changes_subject(text: str, lexicon: Lexicon) -> bool:
    """Whether TEXT is a question that does not ask for more of what is being said."""
    items = Scan(text, lexicon).items
    said = [item.low for item in items if item.kind == "word"]
    if any(item.is_value for item in items) or not any(word in _QUESTION_WORDS for word in said):
        return False  # "was that a five?"
    quick = [word for word in said if (word,) not in lexicon.table.pauses]
    return bool(quick) and not any(word in _GO_ON for word in said)


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
            if kind is not None and kind is not E.NUMBER and kind not in types:
                types.append(kind)
        if types:
            return tuple(sorted(types, key=lambda t: t is E.PAN))
    return ()
