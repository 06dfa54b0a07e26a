"""Values for the slots of the sentences: names of many cultures, streets of many countries, things that are neither."""

from functools import cache
from typing import Final

from redaction.names import family_names, given_names
from secure_agent.evaluation.dice import Dice, listed
from training.sentences import Piece, Slot, lines, word_lists

PERSON: Final = "PERSON"
ADDRESS: Final = "ADDRESS"
CITY: Final = "CITY"
PLACE: Final = "PLACE"
ORG: Final = "ORG"

_COUNTRIES: Final = {
    "en": ("1", "1", "1", "44", "44", "61", "64", "353", "91", "27"),
    "es": ("34", "52", "54", "57", "56"),
    "fr": ("33", "33", "32"),
    "de": ("49", "49", "43", "41"),
    "it": ("39",),
    "pt": ("351", "55"),
    "nl": ("31",),
    "pl": ("48",),
}
_PLACES: Final = "../../redaction/names/places.txt"
_SYLLABLES: Final = listed(
    "ba be bi bo da de di do fa fe ga go ha he hi ja jo ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe ra re "
    "ri ro sa se shi so ta te ti to va vi wa ya yo za ze zu chi sha the bra dri gro kwa mba nde thi xi qi"
)
_ENDS: Final = listed(
    "n r s l t d k m sh ska ski son sen ez es ov ova ic ini ano ella etta wala kar shi ngo mba"
)
_PARTICLES: Final = (
    "de",
    "van",
    "van der",
    "von",
    "del",
    "da",
    "dos",
    "di",
    "al",
    "el",
    "bin",
    "Ní",
    "Ó",
    "ter",
    "le",
)


def words(key: str) -> tuple[str, ...]:
    return word_lists("words.txt")[key]


@cache
def _listed(kind: str) -> tuple[str, ...]:
    names = given_names() if kind == "given" else family_names()
    return tuple(sorted(names))


def titled(name: str) -> str:
    """A case-folded name as it is written."""
    name = "-".join(part[:1].upper() + part[1:] for part in name.split("-"))
    if name.startswith("Mc") and len(name) > 4:
        name = "Mc" + name[2:].capitalize()
    return name


def made_up(dice: Dice) -> str:
    """A name that no list holds, so that the sentence around it must do."""
    name = "".join(dice.pick(_SYLLABLES) for _ in range(dice.between(1, 3)))
    return titled(name + dice.pick(_ENDS))


def given(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 50:
        return dice.pick(words("given"))
    return titled(dice.pick(_listed("given"))) if roll < 92 else made_up(dice)


def family(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 45:
        name = dice.pick(words("family"))
    elif roll < 92:
        name = titled(dice.pick(_listed("family")))
    else:
        name = made_up(dice)
    roll = dice.below(100)
    if roll < 4:
        name += "-" + titled(dice.pick(_listed("family")))
    elif roll < 7:
        name = f"{dice.pick(_PARTICLES)} {name}"
    return name


def initial(dice: Dice) -> str:
    return dice.pick("ABCDEFGHJKLMNPRSTVW")


def full(dice: Dice) -> str:
    roll = dice.below(100)
    first, last = given(dice), family(dice)
    if roll < 78:
        return f"{first} {last}"
    if roll < 84:
        return f"{first} {initial(dice)}. {last}"
    if roll < 86:
        return f"{first} {initial(dice)} {last}"
    if roll < 91:
        return f"{first} {given(dice)} {last}"
    if roll < 95:
        return f"{first} {last} {family(dice)}"
    if roll < 97:
        return f"{initial(dice)}. {last}"
    return f"{last} {first}"


def name(dice: Dice) -> str:
    roll = dice.below(100)
    return full(dice) if roll < 50 else given(dice) if roll < 85 else family(dice)


def spelled(dice: Dice) -> str:
    letters = "".join(c for c in (family(dice) if dice.chance(70) else given(dice)) if c.isalpha())[:10]
    return dice.pick((" ", " ", "-", ". ", ", ")).join(
        letters.upper() if dice.chance(60) else letters.lower()
    )


def with_title(dice: Dice) -> list[Piece]:
    who = family(dice) if dice.chance(65) else full(dice)
    return [(dice.pick(words("title")) + " ", ""), (who, PERSON)]


def house(dice: Dice) -> str:
    roll = dice.below(100)
    number = (
        dice.between(1, 99)
        if roll < 35
        else dice.between(100, 999)
        if roll < 65
        else dice.between(1000, 19999)
    )
    return f"{number}{dice.pick('ABCab')}" if dice.chance(5) else str(number)


def _base(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 55:
        return dice.pick(words("street_base"))
    if roll < 80:
        return family(dice)
    if roll < 88:
        return given(dice)
    if roll < 94:
        return place(dice, "en")
    return f"{dice.between(1, 140)}{dice.pick(('th', 'st', 'nd', 'rd'))}"


def street_name(dice: Dice) -> str:
    """`North Maple Avenue`."""
    roll = dice.below(100)
    side = dice.pick(
        ("North ", "South ", "East ", "West ", "N ", "S. ", "E ", "W. ", "NE ", "Old ", "Upper ")
    )
    if roll < 3:
        return dice.pick(("Broadway", "Highway ", "County Road ", "Route ", "FM ")) + str(
            dice.between(1, 900)
        )
    return (side if roll < 18 else "") + _base(dice) + " " + dice.pick(words("street_suffix"))


def street_en(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 9:
        return indian(dice)
    if roll < 15:
        return british(dice)
    text = f"{house(dice)} {street_name(dice)}"
    if dice.chance(22):
        gap = dice.pick((", ", " ", "\n", ", "))
        text += f"{gap}{dice.pick(words('unit'))} {dice.between(1, 900)}{dice.pick(('', '', 'A', 'B', 'C'))}"
    elif dice.chance(4):
        text = f"{dice.pick(('Flat', 'Unit', 'Apartment'))} {dice.between(1, 60)}, {text}"
    return text if not dice.chance(3) else f"P.O. Box {dice.between(10, 9999)}"


def indian(dice: Dice) -> str:
    """`Flat 302, Lotus Apartments, 4th Cross, Gandhi Nagar`."""
    nth = dice.pick(("1st", "2nd", "3rd", "4th", "first", "second", "third", "fourth", "fifth"))
    area = f"{dice.pick(_AREAS)}{dice.pick((' Nagar', ' Colony', 'puram', ' Layout', ' Enclave', 'pet', ' Vihar'))}"
    home = dice.pick(
        ("Apartments", "Residency", "Towers", "Heights", "Enclave", "Villa", "Nilayam", "Complex")
    )
    parts = [
        f"{dice.pick(('Flat', 'House', 'Door', 'Plot', 'H.No.', 'No.', 'number'))} {house(dice)}",
        f"{dice.pick(_AREAS)} {home}",
        f"{nth} {dice.pick(('Cross', 'Main', 'Main Road', 'Block', 'Stage', 'Floor', 'Street', 'Phase', 'Sector'))}",
        area,
    ]
    if dice.chance(40):
        del parts[1]
    if dice.chance(30):
        parts[-1] += f" {nth} {dice.pick(('Block', 'Stage', 'Phase', 'Sector'))}"
    return dice.pick((", ", ", ", " ")).join(parts[: dice.between(2, 4)])


def british(dice: Dice) -> str:
    """Streets without a word for one, houses with a name, flats before the number."""
    base = dice.pick(words("street_base"))
    bare = dice.pick(
        (f"{place(dice, 'en')} {dice.pick(_BARE)}", dice.pick(_BARE_NAMES), f"The {dice.pick(_BARE)}")
    )
    kind = dice.below(4)
    if kind == 0:
        return f"{house(dice)} {bare}"
    if kind == 1:
        return f"Flat {dice.between(1, 40)}, {house(dice)} {bare if dice.chance(50) else street_name(dice)}"
    home = (
        f"{base} {dice.pick(('Cottage', 'House', 'Lodge', 'Farm', 'Barn', 'Court', 'Mansions', 'Buildings'))}"
    )
    if kind == 2:
        return f"{home}, {dice.pick((house(dice) + ' ', ''))}{street_name(dice)}"
    return f"number {house(dice)} {street_name(dice)}"


def place(dice: Dice, language: str) -> str:
    return dice.pick(word_lists(_PLACES)[dice.pick(_COUNTRIES[language])])


def zip_code(dice: Dice, language: str) -> str:
    five = dice.digits(5)
    if language in ("de", "fr", "es", "it"):
        return five
    if language == "pl":
        return f"{five[:2]}-{five[2:]}0"
    if language == "nl":
        return f"{1 + dice.below(9)}{dice.digits(3)} {initial(dice)}{initial(dice)}"
    if language == "pt":
        return f"{five}-{dice.digits(3)}" if dice.chance(50) else f"{five[:4]}-{dice.digits(3)}"
    roll = dice.below(100)
    if roll < 70:
        return five if not dice.chance(10) else f"{five}-{dice.digits(4)}"
    if roll < 85:
        return f"{initial(dice)}{initial(dice)}{dice.between(1, 29)} {dice.between(1, 9)}{initial(dice)}{initial(dice)}"
    return dice.digits(4)


def city_line(dice: Dice, language: str) -> list[Piece]:
    """City, region and post code behind a street."""
    city = place(dice, language)
    code = zip_code(dice, language)
    if language in ("de", "fr", "es", "it", "nl", "pl") and dice.chance(70):
        return [(f"{code} ", ""), (city, CITY)]
    region = dice.pick(words("state2") if dice.chance(65) else words("state"))
    roll = dice.below(100)
    if roll < 25 or language != "en":
        return [(city, CITY)] if dice.chance(60) else [(city, CITY), (" " + code, "")]
    comma = dice.pick((", ", ", ", " "))
    if roll < 75:
        return [(f"{city}{comma}{region}", CITY), (" " + code, "")]
    return [(f"{city}{comma}{region}", CITY)]


def address(dice: Dice, language: str = "en") -> list[Piece]:
    roll = dice.below(100)
    line: Piece = (street(dice, language), ADDRESS)
    if roll < 30:
        return [line]
    gap = dice.pick((", ", ", ", " ", " in ", "\n", " \n"))
    return [line, (gap, ""), *city_line(dice, language)]


def street(dice: Dice, language: str) -> str:
    if language == "en":
        return street_en(dice)
    return foreign_street(dice, language)


_AREAS: Final = listed(
    "Sai Lotus Krishna Gandhi Nehru Shiva Ganesh Rajaji Lakshmi Vasanth Shanti Green Sunrise Palm Royal Indira Jay "
    "Malles Koramang Bani Ram Hari Ashok Subhash Anna Mahatma Rose Silver Golden Brindavan Kaveri Ganga"
)
_BARE: Final = listed(
    "Rye Green Common Hill Mount Heath Fields Bank Side End Wharf Quay Parade Cross Gate Broadway"
)
_BARE_NAMES: Final = (
    "Cheapside", "Piccadilly", "Strand", "Poultry", "Haymarket", "Pall Mall", "Eastcheap", "Kingsway", "Southbank",
    "Broadway", "Bowery", "Riverside", "Bayside", "Northgate", "Westgate", "Castlegate", "Lakeshore", "Embarcadero",
)  # fmt: skip


_STREETS: Final = {
    "es": (("Calle", "C/", "Calle", "Avenida", "Av.", "Avda.", "Plaza", "Paseo", "Camino", "Carrera", "calle"),
           ("Mayor", "de Alcalá", "Real", "del Sol", "Gran Vía", "de la Constitución", "San José", "de los Reyes",
            "Juárez", "Hidalgo", "Bolívar", "del Carmen", "5 de Mayo", "de Goya", "Santa Ana", "del Prado")),
    "fr": (("rue", "rue", "avenue", "boulevard", "place", "impasse", "allée", "chemin", "Rue", "route", "quai"),
           ("de la Paix", "Victor Hugo", "des Lilas", "du Moulin", "de la République", "Pasteur", "Jean Jaurès",
            "de l'Église", "du Général de Gaulle", "Voltaire", "des Écoles", "Saint-Michel", "de Lyon", "des Roses")),
    "it": (("via", "Via", "Via", "Viale", "Corso", "Piazza", "Vicolo", "Largo", "viale"),
           ("Roma", "Garibaldi", "Dante Alighieri", "Mazzini", "dei Mille", "della Repubblica", "Verdi", "Cavour",
            "San Marco", "delle Rose", "XX Settembre", "Vittorio Emanuele", "Manzoni", "Leopardi", "del Corso")),
    "pt": (("Rua", "Rua", "rua", "Avenida", "Av.", "Travessa", "Praça", "Largo", "Estrada", "Alameda"),
           ("das Flores", "Augusta", "da Liberdade", "do Ouro", "São João", "de Santa Catarina", "da República",
            "Paulista", "do Comércio", "dos Aliados", "Garrett", "das Palmeiras", "XV de Novembro", "da Boavista")),
    "pl": (("ul.", "ulica", "ul.", "ulicy", "al.", "aleja", "os.", "plac", "pl."),
           ("Długa", "Marszałkowska", "Kwiatowa", "Polna", "Mickiewicza", "Słowackiego", "Kościuszki", "Lipowa",
            "Piłsudskiego", "Sienkiewicza", "Krótka", "Ogrodowa", "Leśna", "Jana Pawła II", "Szkolna", "Zielona")),
}  # fmt: skip
_HEADS: Final = {
    "de": (("Haupt", "Bahnhof", "Garten", "Linden", "Schul", "Kirch", "Berg", "Goethe", "Schiller", "Mozart", "Wald",
            "Rosen", "Ring", "Mühlen", "Berliner ", "Lange ", "Kaiser", "Feld", "Dorf", "Wiesen", "Bismarck",
            "Friedrich", "Amsel", "Buchen", "Hamburger ", "Am Alten ", "Karl-Marx-", "Willy-Brandt-"),
           ("straße", "strasse", "str.", "weg", "allee", "platz", "gasse", "ring", "damm", "ufer", "Straße", "Weg")),
    "nl": (("Kerk", "Dorps", "Molen", "Stations", "Prinsen", "Keizers", "Heren", "Beatrix", "Wilhelmina", "Julianas",
            "School", "Hoofd", "Nieuwe", "Linden", "Eiken", "Beuken", "Rozen", "Tulpen", "Zee", "Dijk", "Havens"),
           ("straat", "weg", "laan", "plein", "gracht", "kade", "dijk", "hof", "singel", "steeg")),
}  # fmt: skip


def foreign_street(dice: Dice, language: str) -> str:
    number = str(dice.between(1, 240)) + (dice.pick("abc") if dice.chance(6) else "")
    if language in _HEADS:
        heads, ends = _HEADS[language]
        return f"{dice.pick(heads)}{dice.pick(ends)} {number}"
    kinds, bases = _STREETS[language]
    roll = dice.below(100)
    base = dice.pick(bases) if roll < 60 else full(dice) if roll < 80 else place(dice, language)
    named = f"{dice.pick(kinds)} {base}"
    if language == "fr":
        return f"{number}{dice.pick(('', '', ' bis', ','))} {named}"
    return f"{named}{dice.pick((' ', ' ', ', ', ' nº ' if language in ('es', 'pt') else ' '))}{number}"


def org(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 30:
        return dice.pick(words("org_name"))
    if roll < 55:
        return f"{dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))}"
    if roll < 75:
        return f"{family(dice)} {dice.pick(words('org_suffix'))}"
    if roll < 82:
        return f"{family(dice)} {dice.pick(('and', '&'))} {family(dice)}"
    if roll < 88:
        return f"{family(dice)}, {family(dice)} and {family(dice)}"
    if roll < 94:
        return (
            f"{dice.pick(words('org_word'))} {dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))}"
        )
    return f"{dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))} of {place(dice, 'en')}"


def date(dice: Dice) -> str:
    year, month, day = dice.between(1940, 2026), dice.pick(words("month")), dice.between(1, 28)
    numeric = dice.between(1, 12)
    return dice.pick(
        (f"{month} {day}, {year}", f"{day} {month} {year}", f"{numeric}/{day}/{year}", f"{year}-{numeric:02}-{day:02}",
         f"{month} {day}", f"{day}.{numeric}.{year}", f"the {day}th of {month}")
    )  # fmt: skip


def time(dice: Dice) -> str:
    return dice.pick(
        ("noon", "{0} am", "{0} pm", "{0}:30", "{0} o'clock", "half past {0}", "{0}:15 pm", "{0}")
    ).format(dice.between(1, 12))


def money(dice: Dice) -> str:
    amount = dice.between(5, 900)
    return dice.pick(_MONEY).format(amount)


def phone(dice: Dice) -> str:
    return f"{dice.digits(3)}-555-{dice.digits(4)}"


def email(dice: Dice) -> str:
    return f"{given(dice).lower().replace(' ', '')}{dice.between(1, 99)}@example.com"


_MONEY: Final = ("${0}", "${0}.99", "{0} dollars", "€{0}", "{0} euros", "£{0}", "{0} pounds", "${0},000")


def _plain(text: str) -> list[Piece]:
    return [(text, "")]


def slots(language: str = "en") -> dict[str, Slot]:
    """What each `{slot}` of the sentences of LANGUAGE gives."""
    table: dict[str, Slot] = {
        "first": lambda d: [(given(d), PERSON)],
        "last": lambda d: [(family(d), PERSON)],
        "full": lambda d: [(full(d), PERSON)],
        "name": lambda d: [(name(d), PERSON)],
        "lastfirst": lambda d: [(f"{family(d)}, {given(d)}", PERSON)],
        "initials": lambda d: [(f"{initial(d)}.", PERSON)],
        "spell": lambda d: [(spelled(d), PERSON)],
        "mr": with_title,
        "street": lambda d: [(street(d, language), ADDRESS)],
        "streetonly": lambda d: [(street_name(d) if language == "en" else street(d, language), ADDRESS)],
        "addr": lambda d: address(d, language),
        "city": lambda d: [(place(d, language if d.chance(85) else "en"), PLACE)],
        "acity": lambda d: [(place(d, language), CITY)],
        "zip": lambda d: _plain(zip_code(d, language)),
        "org": lambda d: [(org(d), ORG)],
        "date": lambda d: _plain(date(d)),
        "dob": lambda d: _plain(date(d)),
        "time": lambda d: _plain(time(d)),
        "money": lambda d: _plain(money(d)),
        "phone": lambda d: _plain(phone(d)),
        "email": lambda d: _plain(email(d)),
        "acct": lambda d: _plain(d.digits(d.between(4, 9))),
        "n": lambda d: _plain(str(d.between(1, 20))),
        "n4": lambda d: _plain(d.digits(4)),
        "num": lambda d: _plain(str(d.between(20, 5000))),
        "num2": lambda d: _plain(str(d.between(10, 90))),
        "year": lambda d: _plain(str(d.between(1900, 2026))),
        "country": lambda d: [(d.pick(words("country")), PLACE)],
        "state": lambda d: [(d.pick(words("state") if d.chance(60) else words("state2")), PLACE)],
        "place": lambda d: [(d.pick(words("place")), PLACE)],
    }
    table["word"] = lambda d: _plain(d.pick(_ordinary(language)))
    table["Word"] = lambda d: _plain(d.pick(_ordinary(language)).capitalize())
    table["WORD"] = lambda d: _plain(d.pick(_ordinary(language)).upper())
    for key in ("relation", "thing", "noun", "adj", "job", "nat", "weekday", "month", "product"):
        table[key] = _word(key)
    return table


@cache
def _ordinary(language: str) -> tuple[str, ...]:
    for line in lines("../../redaction/names/ordinary.txt"):
        code, _, text = line.partition(":")
        if code == language:
            return tuple(text.split())
    raise ValueError("no ordinary words of this language")


def _word(key: str) -> Slot:
    return lambda dice: _plain(dice.pick(words(key)))
