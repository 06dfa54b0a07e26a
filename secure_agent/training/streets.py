"""Streets, houses, cities and post codes in the forms of many countries."""

from typing import Final

from secure_agent.evaluation.dice import Dice, listed
from secure_agent.training.people import family, full, given, initial
from secure_agent.training.sentences import ADDRESS, CITY, Piece, word_lists, words

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
_PLACES: Final = "../../../redaction/names/places.txt"


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
    end = dice.pick((" North", " South", " NW", " SE", " W", " Northwest", " East")) if dice.chance(8) else ""
    return (side if roll < 18 else "") + _base(dice) + " " + dice.pick(words("street_suffix")) + end


def street_en(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 9:
        return indian(dice)
    if roll < 16:
        return british(dice)
    if roll < 22:
        return foreign_street(dice, dice.pick(("es", "fr", "de", "it", "pt", "pl", "nl", "any")))
    if roll < 24:
        return rural(dice)
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


def rural(dice: Dice) -> str:
    """Routes, lots and houses without a street."""
    name = dice.pick(words("street_base"))
    estate = dice.pick(("Trailer Park", "Mobile Home Park", "Estates", "Village"))
    houses = dice.pick(
        ("Paddocks", "Cottages", "Mews", "Meadows", "Barns", "Beeches", "Elms", "Orchards", "Green")
    )
    old = dice.pick(("Gatehouse", "Old Vicarage", "Old Rectory", "Coach House", "Barn"))
    return dice.pick(
        (
            f"RR {dice.between(1, 9)} Box {dice.between(1, 400)}",
            f"Lot {dice.between(1, 90)}, {name} {estate}",
            f"number {dice.between(1, 60)} The {name} {houses}",
            f"{dice.between(1, 60)} The {houses}",
            f"the {old}, {street_name(dice)}",
        )
    )


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
    if language == "any":
        kind = dice.pick(
            ("Calea", "Strada", "ulitsa", "Jalan", "Rr.", "utca", "Bulevardul", "Vej", "Sokak", "Leoforos")
        )
        name_first = kind in ("utca", "Vej", "Sokak")
        base = family(dice) if dice.chance(60) else place(dice, "en")
        return f"{base} {kind} {number}" if name_first else f"{kind} {base} {number}"
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
