"""What a sentence of the agent asks the caller for."""

import re
from itertools import pairwise
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.lexicon import Lexicon
from redaction.scan import Scan

#: Words of a question in the middle of a value that may still be about it: "what was that".
_SHORT: Final = 4
_SENTENCE: Final = re.compile(r"[^.?!\n]+[.?!\n]?")
_GO_ON: Final = words(
    "rest next go continue last first second half digit digits number numbers more repeat again remaining part left "
    "group block slowly slower"
)
#: Parts of a date: "and the year?" goes on with one.
_DATE_PARTS: Final = words("year month day jahr monat tag año mes día année mois jour")
_QUESTION_WORDS: Final = words(
    "what which how when where who why was wie wann wo wer qué cuál cómo cuándo dónde quel quelle quand comment où "
    "quale quando come dove qual quanto wat welke hoe wanneer waar jaki jaka kiedy gdzie"
)
#: How the next item of a form is asked for, without a question: "great and your date of birth".
_NEXT_ITEM: Final = frozenset({("and", "the"), ("and", "your"), ("and", "a"), ("and", "his"), ("and", "her")})
#: Questions that begin with these ask for no value: "when did you last change your password".
_NO_VALUE: Final = words(
    "when why wann warum cuándo quand pourquoi quando perché wanneer waarom kiedy dlaczego"
)
_TELLS: Final = words(
    "is was has have had got see i'll i've i we we'll we've it it's that's changed updated not thanks for"
)
_KINDS: Final = {"NAME": E.PERSON, "ADDRESS": E.STREET_ADDRESS, "EMAIL": E.EMAIL}


def changes_subject(text: str, lexicon: Lexicon, *, inside_value: bool = False, dated: bool = False) -> bool:
    """Whether TEXT is a question that does not ask for more of what is being said.

    INSIDE_VALUE: the caller has stopped inside a value, and only a longer question leads away from it. DATED: a
    date was asked for.
    """
    items = Scan(text, lexicon).items
    said = [item.low for item in items if item.kind == "word"]
    quick = [word for word in said if (word,) not in lexicon.table.pauses]
    asks = any(word in _QUESTION_WORDS for word in said) or (text.rstrip().endswith("?") and len(quick) >= 4)
    listed = len(said) >= 3 and any(pair in _NEXT_ITEM for pair in pairwise(said[:3]))
    if any(item.is_value for item in items) or not (asks or listed):
        return False  # "was that a five?"
    return len(quick) > (_SHORT if inside_value else 0) and not any(
        word in _GO_ON or (dated and word in _DATE_PARTS) for word in said
    )


def _next_item(scan: Scan, said: list[str]) -> bool:
    """Whether a sentence only names what is wanted next: "and your date of birth", "your last name"."""
    named = {k for cue in scan.cues for k in range(cue.first, cue.next)}
    values = any(item.is_value and k not in named for k, item in enumerate(scan.items))
    if values or not scan.cues or len(said) > 12 or any(word in _TELLS for word in said):
        return False
    begins = any(pair in _NEXT_ITEM for pair in pairwise(said[:3]))
    behind = [item for item in scan.items[scan.cues[-1].next :] if item.kind == "word"]
    return begins or (len(said) <= 6 and not behind)


def asked_for(text: str, lexicon: Lexicon) -> tuple[E, ...]:
    """The types that the last question of TEXT asks for."""
    for sentence in reversed(_SENTENCE.findall(text)):
        scan = Scan(sentence, lexicon)
        said = [item.low for item in scan.items if item.kind == "word"]
        asks = sentence.rstrip().endswith("?") or any(word in lexicon.table.asks for word in said)
        if not asks and not _next_item(scan, said):
            continue
        born = any(cue.kind == "DATE_OF_BIRTH" for cue in scan.cues)
        if (said and said[0] in _NO_VALUE and not born) or (said[:1] == ["how"] and "help" in said):
            continue
        types = []
        for cue in scan.cues:
            kind = _KINDS.get(cue.kind) or (E(cue.kind) if cue.kind in E.__members__ else None)
            if kind is not None and kind is not E.NUMBER and kind not in types:
                types.append(kind)
        if types:
            return tuple(sorted(types, key=lambda t: t is E.PAN))
    return ()
