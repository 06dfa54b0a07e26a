"""Words of streets in other languages: a written address may come from anywhere."""

from typing import Final

from redaction.languages import words

#: Before the name: `rue de la Paix 12`. The second group counts only with a capital.
BEFORE: Final = words("rue calle avenida rua ul ulica piazza praça travessa")
BEFORE_CAPITAL: Final = BEFORE | words(
    "avenue boulevard place chemin allée quai impasse avda paseo plaza carrera camino via viale corso aleja al"
)
#: At the end of the name, with the number behind: `Hauptstraße 12`, `Kungsgatan 12`.
ENDINGS: Final = (
    "strasse",
    "str",
    "gasse",
    "weg",
    "platz",
    "allee",
    "ring",
    "damm",
    "straat",
    "laan",
    "plein",
    "gracht",
    "kade",
    "singel",
    "gatan",
    "vägen",
    "gata",
    "veien",
    "vegen",
    "gate",
    "vej",
    "gade",
    "alle",
    "katu",
    "tie",
    "utca",
    "ulice",
    "bakken",
)
