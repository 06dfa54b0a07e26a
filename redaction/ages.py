"""Find ages over 89, which HIPAA's Safe Harbor counts as identifying (45 CFR 164.514(b)(2)(i)(C))."""

from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.scan import Item, Scan
from redaction.spans import Found

_LIMIT: Final = 89
_OLDEST: Final = 125
_YEARS: Final = words("y/o yo years year yrs jahre años ans anni anos jaar lat")
_OLD: Final = words("old alt edad âge età idade oud wieku")
_PEOPLE: Final = words(
    "mother father mom mum dad grandmother grandfather grandma grandpa granny aunt uncle husband wife he he's she "
    "she's i'm who's he'll she'll i'll mother's father's mom's mum's dad's grandma's grandpa's great-grandmother"
)
_THEN: Final = words("in on and now so but already this next or years")
_BEFORE: Final = words(
    "age aged turned turning be is i'm he's she's am was be tengo tiene j'ai a ho ha tenho tem ben bin ist mam ma"
)


def _of_person(scan: Scan, index: int) -> bool:
    """Whether somebody's age is told: "my mother is 94", "she's ninety two", "I'm 91"."""
    said = [item.low for item in scan.items[max(0, index - 4) : index] if item.kind == "word"]
    return any(word in _PEOPLE for word in said)


def _ends(scan: Scan, index: int) -> bool:
    """Whether nothing counts the number: it ends its sentence, or "and", "now", "so" follow."""
    after = scan.items[index + 1] if index + 1 < len(scan.items) else None
    if after is None or after.low in _THEN:
        return True
    return after.kind in ("punct", "turn", "join") and after.text not in "%°:/-"


def _last_said(item: Item) -> str:
    """`ninety, ninety two`: the age is what was said last."""
    run = item.run
    begun_again = run is not None and len(run.atoms) == 2 and run.atoms[0].text[0] == run.atoms[1].text[0]
    return run.atoms[1].text if run is not None and begun_again else item.text


def find_ages(scan: Scan) -> list[Found]:
    """`ninety three years old`, `92-year-old`, `age 95`."""
    found = []
    for index, item in enumerate(scan.items):
        if (
            item.kind not in ("num", "amount")
            or not item.text.isdigit()
            or not _LIMIT < int(_last_said(item)) <= _OLDEST
        ):
            continue
        after = [
            one.low for one in scan.items[index + 1 : index + 6] if one.text != "-" and one.kind != "filler"
        ][:2]
        before = scan.word_before(index)
        years = bool(after) and (after[0] in _YEARS or after[:2] == ["y", "/"])
        old = years and (
            (len(after) > 1 and after[1] in _OLD) or scan.lexicon.table.code in ("es", "fr", "it", "pt")
        )
        said = before is not None and before.low in _BEFORE
        old = old or after[:2] == ["y", "/"]
        aged = before is not None and before.low in ("age", "aged", "turned", "turning")
        related = said and _of_person(scan, index)
        if (
            old
            or aged
            or (related and _ends(scan, index))
            or (said and years and (len(after) < 2 or after[1] not in ("of", "ago")))
        ):
            found.append(Found(item.start, item.end, E.AGE_OVER_89, 0.8, item.text))
    return found
