"""German: einundzwanzig order, compounds of any length, "zwo"."""

from typing import Final

from redaction.languages import Table, phrases, words
from redaction.languages.compounds import german

_UNITS: Final = ("eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS: Final = (
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
)
_TENS: Final = {
    "zwanzig": "2",
    "dreißig": "3",
    "dreissig": "3",
    "vierzig": "4",
    "fünfzig": "5",
    "sechzig": "6",
    "siebzig": "7",
    "achtzig": "8",
    "neunzig": "9",
}
_ORDINAL_STEMS: Final = {
    "erste": 1,
    "zweite": 2,
    "dritte": 3,
    "vierte": 4,
    "fünfte": 5,
    "sechste": 6,
    "siebte": 7,
    "siebente": 7,
    "achte": 8,
    "neunte": 9,
    "zehnte": 10,
    "elfte": 11,
    "zwölfte": 12,
    "dreizehnte": 13,
    "vierzehnte": 14,
    "fünfzehnte": 15,
    "sechzehnte": 16,
    "siebzehnte": 17,
    "achtzehnte": 18,
    "neunzehnte": 19,
    "zwanzigste": 20,
    "einundzwanzigste": 21,
    "zweiundzwanzigste": 22,
    "dreiundzwanzigste": 23,
    "vierundzwanzigste": 24,
    "fünfundzwanzigste": 25,
    "sechsundzwanzigste": 26,
    "siebenundzwanzigste": 27,
    "achtundzwanzigste": 28,
    "neunundzwanzigste": 29,
    "dreißigste": 30,
    "dreissigste": 30,
    "einunddreißigste": 31,
    "einunddreissigste": 31,
}

_CASEFOLDED = str.casefold


def _fold(table: dict[str, str]) -> dict[str, str]:
    """Case-folded ("ß" is "ss"), and with ae, oe, ue for those who type so."""
    folded = {word.casefold(): value for word, value in table.items()}
    return folded | {
        word.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae"): value for word, value in folded.items()
    }


TABLE: Final = Table(
    code="de",
    units=_fold(
        {"null": "0", "ein": "1", "eine": "1", "zwo": "2", "fünnef": "5"}
        | {word: str(value) for value, word in enumerate(_UNITS, start=1)}
    ),
    closed=_fold(german(_UNITS, _TEENS, _TENS)),
    tens=_fold(_TENS),
    hundred=words("hundert"),
    thousand=words("tausend"),
    million=words("million millionen milliarde milliarden"),
    joins=words("und"),
    units_first=True,
    pronouns=words("ein eine eins"),
    repeats={"doppel": 2, "doppelt": 2, "zweimal": 2, "dreimal": 3},
    fillers=phrases("äh|ähm|öh|öhm|hm|hmm|ehm|eh|mhm"),
    pauses=phrases(
        "moment|einen moment|moment mal|warten sie|also|ja|so|und dann|dann|und|ja genau|genau|sekunde|ich glaube|"
        "mal sehen|lassen sie mich sehen|okay|gut|weiter|und weiter|danach|oder|komma|punkt|haben sie das|"
        "und zum schluss|dann kommt|es folgt|gefolgt von|kleinen moment|augenblick|einen augenblick|sagen wir"
    ),
    separators=phrases("strich|bindestrich|minus|schrägstrich|punkt|leerzeichen|unterstrich"),
    corrections=phrases(
        "nein|nein warten sie|nein moment|entschuldigung|entschuldigen sie|verzeihung|ich meine|ich meinte|quatsch|"
        "falsch|sorry|pardon|korrektur|halt|halt nein|nein entschuldigung|ach nein|moment nein|stimmt nicht|"
        "nein falsch|ach quatsch|nee|nee warte|nicht|äh nein|doch nicht|vielmehr|beziehungsweise"
    ),
    restarts=phrases(
        "noch mal|nochmal|noch einmal|von vorne|von vorn|ich fange noch mal an|ich fang noch mal an|vergessen "
        "sie das|"
        "streichen sie das|alles auf anfang|nochmal von vorne|noch mal von vorne|ich beginne noch einmal"
    ),
    spelling={
        "anton": "a",
        "berta": "b",
        "cäsar": "c",
        "caesar": "c",
        "dora": "d",
        "emil": "e",
        "friedrich": "f",
        "gustav": "g",
        "heinrich": "h",
        "ida": "i",
        "julius": "j",
        "kaufmann": "k",
        "konrad": "k",
        "ludwig": "l",
        "martha": "m",
        "nordpol": "n",
        "otto": "o",
        "paula": "p",
        "quelle": "q",
        "richard": "r",
        "samuel": "s",
        "siegfried": "s",
        "theodor": "t",
        "ulrich": "u",
        "viktor": "v",
        "wilhelm": "w",
        "xanthippe": "x",
        "ypsilon": "y",
        "zacharias": "z",
        "zeppelin": "z",
        "alpha": "a",
        "bravo": "b",
        "charlie": "c",
        "delta": "d",
    },
    letter_words={"zett": "z", "vau": "v", "ypsilon": "y", "jott": "j"},
    as_in=phrases("wie|wie in|für|von"),
    capitals=words("groß gross großes grosses klein kleines"),
    weak_letters=words("a o u e i"),
    at=words("at ät klammeraffe"),
    dot=words("punkt dot"),
    marks={
        "unterstrich": "_",
        "bindestrich": "-",
        "minus": "-",
        "strich": "-",
        "punkt": ".",
        "dot": ".",
        "schrägstrich": "/",
        "slash": "/",
        "plus": "+",
    },
    styling=phrases(
        "alles klein|alles kleingeschrieben|klein geschrieben|kleingeschrieben|zusammen|"
        "zusammengeschrieben|alles zusammen|alles in einem wort|ein wort|ohne leerzeichen"
    ),
    functions=words(
        "der die das den dem des ein eine einen einem einer ist sind war bin und oder aber ich sie er es wir ihr "
        "mein "
        "meine meiner meinen meinem ihre ihren unser unsere zu zum zur an am auf in im mit von vom für bei nach "
        "aus um "
        "über unter vor als wie so ja nein nicht noch auch nur schon bitte danke email e-mail mail adresse "
        "lautet heißt "
        "heisst hat habe haben kann können erreichen schreiben senden schicken unter webseite website seite dass "
        "wenn "
        "dann da hier dort jetzt mir mich ihm ihnen uns sich was wer wo"
    ),
    months={
        "januar": 1,
        "jänner": 1,
        "februar": 2,
        "märz": 3,
        "maerz": 3,
        "april": 4,
        "mai": 5,
        "juni": 6,
        "juno": 6,
        "juli": 7,
        "august": 8,
        "september": 9,
        "oktober": 10,
        "november": 11,
        "dezember": 12,
    },
    ordinals={
        (stem + ending).casefold(): value
        for stem, value in _ORDINAL_STEMS.items()
        for ending in ("", "r", "n", "s")
    },
    date_joins=words("der den am des im"),
    units_after=words(
        "euro euros cent prozent uhr minuten minute stunden stunde tage tag tagen wochen woche monate monat monaten "
        "jahre jahr jahren mal grad kilometer meter zentimeter kilo gramm liter kilowatt kilowattstunden kwh "
        "gigabyte "
        "megabyte mb gb stück personen leute kinder zimmer sterne punkte dollar pfund franken sekunden sekunde mio "
        "tausend millionen halb viertel stockwerk etage prozentpunkte werktage arbeitstage stellen"
    )
    - words("stellen tausend"),
    units_before=words(
        "zimmer version modell gleis seite kapitel schritt etage stock bus linie flug größe windows tarif ca etwa "
        "ungefähr rund fast über unter mindestens höchstens maximal kostet kosten preis betrag taste nummernblock "
        "halb um gegen ab bis"
    ),
    year_before=words(
        "seit im jahr jahre von bis ende anfang mitte sommer winter herbst frühjahr januar februar märz "
        "april mai juni juli august september oktober november dezember um nach vor"
    ),
    plural_endings=(),
    cues={
        "PAN": "kartennummer|kreditkarte|kreditkartennummer|karte|debitkarte|ec-karte|girokarte|visa|mastercard|"
        "visakarte|"
        "nummer der karte|nummer meiner karte|nummer meiner kreditkarte|bankkarte|american express",
        "SECURITY_CODE": "prüfziffer|prüfnummer|sicherheitscode|kartenprüfnummer|cvv|cvc|sicherheitsnummer|"
        "kartenprüfziffer|kartenprüfnummer|kartenprüfcode|prüfcode|"
        "sicherheitsziffern|drei ziffern hinten|drei zahlen hinten|drei ziffern|"
        "drei zahlen|letzten drei ziffern|letzten drei zahlen|"
        "letzten drei hinten|hinten auf der karte|hinten drauf|kleine nummer|"
        "kleine zahl|unterschriftsfeld|dreistellige zahl|dreistelliger code|"
        "code auf der karte|c v v|c v c|kartencode|auf der rückseite|dreistellige nummer|rückseite",
        "CARD_EXPIRY": "karte läuft|kreditkarte läuft|visa läuft|mastercard läuft|"
        "gültig bis ende|läuft ab ende|läuft ab im|läuft sie|karte gilt bis|"
        "gilt bis|gilt bis ende|verfällt|verfällt ende|verfällt im|ablauf ende|"
        "ablaufdatum ist|gültig bis ende des|endet sie|ablaufmonat|"
        "gültig bis|ablaufdatum|läuft ab|verfallsdatum|gültigkeit|gültigkeitsdatum|ablauf",
        "PIN": "pin|pin-nummer|geheimzahl|geheimnummer|pin nummer|pincode",
        "IBAN": "iban|i ban",
        "BANK_ACCOUNT": "kontonummer|bankkonto|girokonto|konto|bankverbindung",
        "ROUTING_NUMBER": "bankleitzahl|blz|bic|swift",
        "NATIONAL_ID": "steuer-id|steueridentifikationsnummer|steuernummer|personalausweis|personalausweisnummer|"
        "ausweisnummer|steuer id|identifikationsnummer|rentenversicherungsnummer|"
        "sozialversicherungsnummer|steuerliche identifikationsnummer",
        "PASSPORT": "reisepass|passnummer|reisepassnummer|pass",
        "DRIVER_LICENCE": "führerschein|führerscheinnummer",
        "HEALTH_ID": "krankenversicherungsnummer|versichertennummer|krankenkassennummer|patientennummer|"
        "krankenversicherung",
        "PHONE": "telefonnummer|telefon|handynummer|handy|mobilnummer|rückrufnummer|nummer ist|meine nummer|mobil|"
        "faxnummer|fax|erreichen sie mich unter|rufen sie mich|durchwahl|rufnummer|nummer lautet|festnetz|"
        "festnetznummer|erreichbar|mobiltelefon|rufen sie",
        "POSTCODE": "postleitzahl|plz",
        "DATE_OF_BIRTH": "geboren|geburtsdatum|geburtstag|geboren am|geb|geburtsdatum ist|geburtsjahr",
        "ACCOUNT_NUMBER": "kundennummer|vertragsnummer|rechnungsnummer|auftragsnummer|bestellnummer|vorgangsnummer|"
        "policennummer|versicherungsnummer|zählernummer|aktenzeichen|mitgliedsnummer|"
        "buchungsnummer|referenznummer|ticketnummer|schadensnummer|sendungsnummer|versicherungsschein",
        "PASSWORD": "passwort|kennwort|zugangscode|losungswort|codewort|bestätigungscode|sicherheitsantwort|tan",
        "VEHICLE_ID": "kennzeichen|autokennzeichen|fahrgestellnummer|nummernschild|fahrzeugidentifikationsnummer",
        "DEVICE_ID": "seriennummer|imei|gerätenummer|mac-adresse|imei-nummer",
        "IP_ADDRESS": "ip-adresse|ip adresse|ip",
        "EMAIL": "email|e-mail|mail|email-adresse|e-mail-adresse|mailadresse|emailadresse|email adresse",
        "AGE": "alter|jahre alt",
        "NAME": "ihr name|ihren namen|nachname|vorname|ihren nachnamen|name|namen|wie heißen sie|wie heissen sie",
        "ADDRESS": "anschrift|adresse|wohnadresse|rechnungsadresse|ihre adresse",
    },
    links=words(
        "ist lautet sind die der das den wäre war und also ja äh ähm genau hier so eine ein meine mein nummer dann "
        "gerade nur bitte mal folgende heißt heisst es auf am vom von für dazu wie folgt jetzt"
    ),
    asks=words(
        "wie was welche welches nennen sagen geben bestätigen brauche benötige lautet können könnten bitte darf"
    ),
    name_cues=phrases(
        "mein name ist|ich heiße|ich heisse|name ist|mein name|nachname ist|vorname ist|nachname|vorname|"
        "mein nachname ist|mein vorname ist|auf den namen|hier spricht|am apparat|name lautet|kontoinhaber ist|"
        "kontoinhaberin ist|karteninhaber ist|hier ist|mein name lautet|spreche ich mit"
    ),
    weak_name_cues=phrases(
        "ich bin|das ist|guten tag|hallo|danke|vielen dank|grüß gott|guten morgen|tag|"
        "sprechen mit|meine frau|mein mann|mein sohn|meine tochter|liebe|lieber|"
        "auf wiedersehen|auf wiederhören"
    ),
    name_after=phrases("am apparat|spricht|hier"),
    titles=words("herr herrn frau dr doktor prof professor fräulein"),
    name_particles=words("von van de der den zu zur vom"),
    not_names=words(
        "nicht auch noch schon gerade sehr hier da so froh sicher fertig kunde kundin dabei interessiert müde krank "
        "zufrieden unzufrieden verheiratet ledig geschieden neu alt gut schlecht richtig falsch dran bereit "
        "einverstanden "
        "heute morgen gestern januar februar märz april mai juni juli august september oktober november dezember "
        "montag "
        "dienstag mittwoch donnerstag freitag samstag sonntag alles eigentlich leider bitte danke ja nein auf "
        "unter weil "
        "rufe möchte wollte brauche habe und oder guten tag hallo wegen zu hause umgezogen seit aus bei in an im "
        "am ein "
        "eine einen der die das mein meine ihr ihre kein keine nur ganz etwas nummer karte konto vertrag "
        "rechnung schön "
        "doch mal jetzt spricht apparat"
    ),
    street_after=words("straße strasse weg platz allee gasse ring damm ufer chaussee"),
    street_endings=(
        "strasse",
        "str",
        "weg",
        "platz",
        "allee",
        "gasse",
        "ring",
        "damm",
        "ufer",
        "chaussee",
        "steig",
        "graben",
    ),
    address_cues=phrases(
        "ich wohne in der|ich wohne am|ich wohne im|wohne in der|wohne in|meine adresse ist|adresse ist|"
        "meine anschrift ist|anschrift ist|wohnhaft in|adresse lautet|umgezogen in die|ich wohne|wohnt in der"
    ),
    unit_words=words("wohnung etage stock haus hausnummer"),
    voice={},
)
