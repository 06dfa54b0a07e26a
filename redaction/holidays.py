"""Days of the year that have a name, so that somebody may give them for a date of birth: "Christmas Day 1950"."""

from typing import Final

from redaction.languages import phrases
from redaction.scan import Scan

#: Month and day of each; where the day moves with the year, the day is 0.
_DAYS: Final = {
    (12, 24): "christmas eve|xmas eve|heiligabend|heilig abend|weihnachtsabend|nochebuena|réveillon de noël|"
    "vigilia di natale|véspera de natal|kerstavond|wigilię|wigilia|wigilii",
    (
        12,
        25,
    ): "christmas day|christmas|xmas day|xmas|weihnachten|ersten weihnachtstag|weihnachtstag|navidad|"
    "día de navidad|noël|"
    "jour de noël|natale|giorno di natale|natal|dia de natal|kerst|kerstmis|eerste kerstdag|boże narodzenie",
    (
        12,
        26,
    ): "boxing day|saint stephen's day|stephanstag|zweiten weihnachtstag|tweede kerstdag|santo stefano",
    (
        12,
        31,
    ): "new year's eve|new years eve|silvester|nochevieja|fin de año|saint sylvestre|san silvestro|véspera de ano novo|"
    "oudejaarsdag|oudejaarsavond|sylwestra|sylwester",
    (
        1,
        1,
    ): "new year's day|new years day|neujahr|neujahrstag|año nuevo|jour de l'an|nouvel an|capodanno|ano novo|"
    "nieuwjaarsdag|nowy rok",
    (
        1,
        6,
    ): "three kings day|epiphany|dreikönig|heilige drei könige|día de reyes|befana|epifania|driekoningen|trzech króli",
    (
        2,
        14,
    ): "valentine's day|valentines day|valentinstag|san valentín|saint valentin|san valentino|valentijnsdag|walentynki",
    (2, 29): "leap day|leap year day|schalttag",
    (3, 17): "saint patrick's day|st patrick's day|paddy's day",
    (4, 1): "april fool's day|april fools day|april fools",
    (7, 4): "independence day|fourth of july",
    (7, 14): "bastille day|quatorze juillet",
    (8, 15): "ferragosto|assumption day|mariä himmelfahrt",
    (10, 31): "halloween|all hallows eve|reformationstag",
    (11, 1): "all saints day|all saints' day|allerheiligen|toussaint|ognissanti|wszystkich świętych",
    (11, 5): "guy fawkes night|guy fawkes day|bonfire night",
    (11, 11): "armistice day|remembrance day|veterans day|święto niepodległości",
    (
        4,
        0,
    ): "easter|easter sunday|easter monday|good friday|ostern|ostersonntag|pascua|pâques|pasqua|páscoa|pasen|wielkanoc",
    (11, 0): "thanksgiving|thanksgiving day",
    (5, 0): "mother's day|muttertag",
}
HOLIDAYS: Final = {phrase: day for day, text in _DAYS.items() for phrase in phrases(text)}
_FIRSTS: Final = frozenset(phrase[0] for phrase in HOLIDAYS)
_LONGEST: Final = max(len(phrase) for phrase in HOLIDAYS)


def holiday_at(scan: Scan, i: int) -> tuple[int, int, int] | None:
    """Month, day and the index behind the longest name of a day at item I."""
    if scan.items[i].low not in _FIRSTS:
        return None
    lows = tuple(item.low for item in scan.items[i : i + _LONGEST])
    for size in range(len(lows), 0, -1):
        day = HOLIDAYS.get(lows[:size])
        if day is not None:
            return *day, i + size
    return None
