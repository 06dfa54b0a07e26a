"""Dutch: eenentwintig order, compounds of any length."""

from typing import Final

from redaction.languages import Table, phrases, words
from redaction.languages.compounds import dutch

_UNITS: Final = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS: Final = (
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
)
_TENS: Final = {
    "twintig": "2",
    "dertig": "3",
    "veertig": "4",
    "vijftig": "5",
    "zestig": "6",
    "zeventig": "7",
    "tachtig": "8",
    "negentig": "9",
}
_ORDINALS: Final = {
    "eerste": 1,
    "tweede": 2,
    "derde": 3,
    "vierde": 4,
    "vijfde": 5,
    "zesde": 6,
    "zevende": 7,
    "achtste": 8,
    "negende": 9,
    "tiende": 10,
    "elfde": 11,
    "twaalfde": 12,
    "dertiende": 13,
    "veertiende": 14,
    "vijftiende": 15,
    "zestiende": 16,
    "zeventiende": 17,
    "achttiende": 18,
    "negentiende": 19,
    "twintigste": 20,
    "dertigste": 30,
}

TABLE: Final = Table(
    code="nl",
    units={"nul": "0", "één": "1", "tweeën": "2"}
    | {word: str(value) for value, word in enumerate(_UNITS, start=1)},
    closed={
        w.replace("tweeen", "tweeën").replace("drieen", "drieën"): v
        for w, v in dutch(_UNITS, _TEENS, _TENS).items()
    }
    | dutch(_UNITS, _TEENS, _TENS),
    tens=_TENS,
    hundred=words("honderd"),
    thousand=words("duizend"),
    million=words("miljoen miljard"),
    joins=words("en"),
    units_first=True,
    pronouns=words("een één"),
    repeats={"dubbel": 2, "dubbele": 2, "driedubbel": 3},
    fillers=phrases("eh|uh|ehm|uhm|euh|hm|hmm|ah|mm"),
    pauses=phrases(
        "wacht|wacht even|even kijken|momentje|moment|ja|dus|en dan|dan|en|daarna|en daarna|oké|goed|komma|ik denk|"
        "nou|spatie|even denken|een ogenblik|gevolgd door|en tot slot|tot slot|nu|eens kijken|heeft u dat|ogenblikje"
    ),
    separators=phrases("streepje|min|punt|schuine streep|liggend streepje"),
    corrections=phrases(
        "nee|nee wacht|sorry|nee sorry|ik bedoel|pardon|excuus|fout|nee fout|correctie|ik zei|nee nee|oh nee|"
        "of nee|neem me niet kwalijk|ik bedoelde|wacht nee|niet|nee dat is|foutje|vergissing|liever"
    ),
    restarts=phrases(
        "opnieuw|ik begin opnieuw|nog een keer|van voren af aan|vergeet dat|overnieuw|nog eens|ik herhaal|"
        "ik begin overnieuw"
    ),
    spelling={
        "anton": "a",
        "bernard": "b",
        "cornelis": "c",
        "dirk": "d",
        "eduard": "e",
        "ferdinand": "f",
        "gerard": "g",
        "hendrik": "h",
        "izaak": "i",
        "johan": "j",
        "karel": "k",
        "lodewijk": "l",
        "maria": "m",
        "nico": "n",
        "otto": "o",
        "pieter": "p",
        "quotient": "q",
        "rudolf": "r",
        "simon": "s",
        "teunis": "t",
        "utrecht": "u",
        "victor": "v",
        "willem": "w",
        "xantippe": "x",
        "ypsilon": "y",
        "zacharias": "z",
    },
    letter_words={
        "zet": "z",
        "haa": "h",
        "kaa": "k",
        "wee": "w",
        "vee": "v",
        "gee": "g",
        "pee": "p",
        "cee": "c",
    },
    as_in=phrases("van|als in|zoals|zoals in"),
    capitals=words("hoofdletter kleine"),
    weak_letters=words("a e i o u"),
    at=words("apenstaartje at apestaartje"),
    dot=words("punt dot"),
    marks={
        "streepje": "-",
        "min": "-",
        "punt": ".",
        "slash": "/",
        "underscore": "_",
        "plus": "+",
        "dot": ".",
    },
    styling=phrases(
        "alles kleine letters|kleine letters|aan elkaar|alles aan elkaar|zonder spaties|in één woord"
    ),
    functions=words(
        "de het een en of maar van voor met op in aan uit bij naar door over onder is zijn was ben bent heb "
        "heeft hebben "
        "ik je jij u hij zij ze we wij jullie mijn jouw uw zijn haar ons onze dit dat deze die er hier daar niet "
        "geen ja "
        "nee ook nog al dan als om te wat wie waar hoe mail email e-mail e-mailadres mailadres adres bereiken "
        "schrijven "
        "sturen stuur website site pagina bedankt dank alstublieft graag mij me hem hen kunt kan"
    ),
    months={
        "januari": 1,
        "februari": 2,
        "maart": 3,
        "april": 4,
        "mei": 5,
        "juni": 6,
        "juli": 7,
        "augustus": 8,
        "september": 9,
        "oktober": 10,
        "november": 11,
        "december": 12,
    },
    ordinals=_ORDINALS,
    date_joins=words("de van den"),
    units_after=words(
        "euro euro's cent procent minuten minuut uur uren dagen dag weken week maanden maand jaar jaren keer graden "
        "kilometer meter kilo gram liter kilowatt personen mensen kinderen kamers sterren punten dollar pond "
        "seconden "
        "gigabyte megabyte gb mb miljoen stuks klanten telefoontjes werkdagen"
    ),
    units_before=words(
        "kamer versie model spoor pagina hoofdstuk stap verdieping bus lijn vlucht maat ongeveer circa bijna "
        "maximaal minimaal kost kosten prijs bedrag totaal toets optie om rond tegen tot half"
    ),
    year_before=words(
        "in sinds tot jaar van januari februari maart april mei juni juli augustus september oktober november "
        "december rond"
    ),
    plural_endings=(),
    cues={
        "PAN": "kaartnummer|creditcard|creditcardnummer|kaart|pinpas|betaalpas|visa|mastercard|nummer van mijn kaart|"
        "pasnummer|bankpas",
        "SECURITY_CODE": "cvc code|cvv code|cvc-code|controlegetal|kaartcode|"
        "verificatiecode van de kaart|laatste drie cijfers|laatste drie|"
        "achterop|drie nummers|drie getallen|nummer achterop|code achterop|"
        "achterzijde|handtekeningstrook|c v v|c v c|kleine cijfertjes|"
        "drie cijfertjes|"
        "beveiligingscode|cvv|cvc|achterkant|drie cijfers|code op de achterkant|veiligheidscode",
        "CARD_EXPIRY": "kaart loopt|pas loopt|loopt af|geldig tot eind|verloopt eind|"
        "verloopt in|verloopt eind van|vervalt eind|tot eind|geldig t/m|"
        "geldig tot einde|geldigheid|"
        "vervaldatum|geldig tot|verloopt|vervalt|verloopdatum|geldig tot en met",
        "PIN": "pincode|pin",
        "IBAN": "iban|ibannummer",
        "BANK_ACCOUNT": "rekeningnummer|bankrekening|bankrekeningnummer|rekening",
        "ROUTING_NUMBER": "bic|swift",
        "NATIONAL_ID": "burgerservicenummer|bsn|identiteitskaart|bsn-nummer|sofinummer|id-kaart|identiteitsbewijs",
        "PASSPORT": "paspoort|paspoortnummer",
        "DRIVER_LICENCE": "rijbewijs|rijbewijsnummer",
        "HEALTH_ID": "zorgverzekering|polisnummer van mijn zorgverzekering|patiëntnummer|verzekerdennummer|"
        "relatienummer zorg",
        "PHONE": "telefoonnummer|telefoon|mobiel|mobiele nummer|mijn nummer|nummer is|bel me|bereikbaar op|fax|"
        "06-nummer|"
        "terugbelnummer|vaste nummer|mobiele|bereiken op|bellen op",
        "POSTCODE": "postcode",
        "DATE_OF_BIRTH": "geboren|geboortedatum|verjaardag|geboren op|geboortedag",
        "ACCOUNT_NUMBER": "klantnummer|contractnummer|factuurnummer|ordernummer|bestelnummer|polisnummer|"
        "dossiernummer|"
        "referentienummer|boekingsnummer|reserveringsnummer|kenmerk|zaaknummer|lidnummer|meternummer|"
        "relatienummer|bestelling|factuur|polis",
        "PASSWORD": "wachtwoord|toegangscode|verificatiecode|codewoord|geheime woord|inlogcode",
        "VEHICLE_ID": "kenteken|kentekennummer|chassisnummer|nummerplaat",
        "DEVICE_ID": "serienummer|imei|imei-nummer",
        "IP_ADDRESS": "ip-adres|ip|ip adres",
        "EMAIL": "email|e-mail|mail|e-mailadres|mailadres|emailadres",
        "AGE": "leeftijd",
        "NAME": "uw naam|achternaam|voornaam|volledige naam|hoe heet u|met wie spreek ik",
        "ADDRESS": "uw adres|adres|woonadres",
    },
    links=words(
        "is zijn de het een mijn uw van op nummer dat en eh dus ja volgende was als volgt dan nou hier begint eindigt"
    ),
    asks=words("wat welk welke kunt mag geef geven zeggen noemen bevestigen nodig hoe graag vertellen"),
    name_cues=phrases(
        "mijn naam is|ik heet|naam is|achternaam is|voornaam is|op naam van|mijn achternaam is|"
        "mijn voornaam is|u spreekt met|je spreekt met|spreek ik met|heet"
    ),
    weak_name_cues=phrases(
        "ik ben|dit is|met|hallo|bedankt|dank u|mijn vrouw|mijn man|mijn zoon|mijn dochter|"
        "spreken met|goedemorgen|goedemiddag|goedenavond|dag|beste|u spreekt"
    ),
    name_after=phrases("hier|aan de telefoon|aan de lijn"),
    titles=words("meneer mevrouw dhr mevr mw dr dokter heer"),
    name_particles=words("van de der den ter ten het 't"),
    not_names=words(
        "klant niet ook heel erg hier daar blij zeker klaar getrouwd nieuw oud goed slecht al nog aan op in met "
        "voor een "
        "de het mijn uw geen en of dat die wat januari februari maart april mei juni juli augustus september oktober "
        "november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag vandaag morgen gisteren "
        "dank bedankt "
        "ja nee alles wel graag even u jij ik woon bel wil nummer kaart rekening factuur bezig geboren welke wie dan"
    ),
    street_after=words("straat laan weg plein gracht kade singel dijk steeg dreef"),
    street_endings=(
        "straat",
        "laan",
        "weg",
        "plein",
        "gracht",
        "kade",
        "singel",
        "dijk",
        "steeg",
        "dreef",
        "pad",
    ),
    address_cues=phrases(
        "ik woon op de|ik woon aan de|ik woon in de|mijn adres is|adres is|woon op|woon aan|"
        "ik woon|wonende aan de|verhuisd naar de|het adres is"
    ),
    unit_words=words("huisnummer toevoeging verdieping appartement"),
    voice={},
)
