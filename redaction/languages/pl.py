"""Polish: inflected numbers, hundreds of one word."""

from typing import Final

from redaction.languages import Table, phrases, words

_ORDINAL_STEMS: Final = {
    "pierwsz": 1,
    "drug": 2,
    "trzec": 3,
    "czwart": 4,
    "piąt": 5,
    "szóst": 6,
    "siódm": 7,
    "ósm": 8,
    "dziewiąt": 9,
    "dziesiąt": 10,
    "jedenast": 11,
    "dwunast": 12,
    "trzynast": 13,
    "czternast": 14,
    "piętnast": 15,
    "szesnast": 16,
    "siedemnast": 17,
    "osiemnast": 18,
    "dziewiętnast": 19,
    "dwudziest": 20,
    "trzydziest": 30,
    "czterdziest": 40,
    "pięćdziesiąt": 50,
    "sześćdziesiąt": 60,
    "siedemdziesiąt": 70,
    "osiemdziesiąt": 80,
    "dziewięćdziesiąt": 90,
}

TABLE: Final = Table(
    code="pl",
    units={
        "zero": "0",
        "jeden": "1",
        "jedna": "1",
        "jedno": "1",
        "raz": "1",
        "dwa": "2",
        "dwie": "2",
        "dwóch": "2",
        "trzy": "3",
        "trzech": "3",
        "cztery": "4",
        "czterech": "4",
        "pięć": "5",
        "piec": "5",
        "sześć": "6",
        "siedem": "7",
        "osiem": "8",
        "dziewięć": "9",
        "szesc": "6",
        "dziewiec": "9",
    },
    closed={
        "dziesięć": "10",
        "jedenaście": "11",
        "dwanaście": "12",
        "trzynaście": "13",
        "czternaście": "14",
        "piętnaście": "15",
        "szesnaście": "16",
        "siedemnaście": "17",
        "osiemnaście": "18",
        "dziewiętnaście": "19",
    },
    tens={
        "dwadzieścia": "2",
        "trzydzieści": "3",
        "czterdzieści": "4",
        "pięćdziesiąt": "5",
        "sześćdziesiąt": "6",
        "siedemdziesiąt": "7",
        "osiemdziesiąt": "8",
        "dziewięćdziesiąt": "9",
    },
    hundreds={
        "sto": "1",
        "dwieście": "2",
        "trzysta": "3",
        "czterysta": "4",
        "pięćset": "5",
        "sześćset": "6",
        "siedemset": "7",
        "osiemset": "8",
        "dziewięćset": "9",
    },
    thousand=words("tysiąc tysiące tysięcy"),
    million=words("milion miliony milionów"),
    joins=words("i"),
    pronouns=words("jeden jedna jedno raz"),
    repeats={"podwójne": 2, "podwójna": 2, "podwójny": 2, "potrójne": 3, "potrójna": 3},
    fillers=phrases("eee|ee|yyy|yy|hmm|hm|mm|ymm|ah|eh|yhm"),
    pauses=phrases(
        "chwila|chwileczkę|moment|zaraz|tak|no|więc|i potem|potem|i|a potem|dalej|i dalej|dobrze|okej|ok|przecinek|"
        "sekunda|sekundę|niech spojrzę|myślę|chyba|proszę poczekać|już|następnie|a następnie|na końcu|i na końcu|"
        "teraz"
    ),
    separators=phrases("myślnik|kreska|kropka|ukośnik|minus|podkreślnik|spacja|łącznik"),
    corrections=phrases(
        "nie|przepraszam|nie przepraszam|nie czekaj|to znaczy|znaczy|pomyłka|pomyliłem się|pomyliłam się|poprawka|"
        "źle|nie źle|nie nie|a nie|raczej|chwila nie|nie chwila|wróć|sorry|nie tak|oj nie|miało być"
    ),
    restarts=phrases("jeszcze raz|od początku|zacznę od nowa|od nowa|powtórzę|powtarzam|zaczynam od nowa"),
    spelling={
        "adam": "a",
        "barbara": "b",
        "celina": "c",
        "dorota": "d",
        "ewa": "e",
        "franciszek": "f",
        "genowefa": "g",
        "henryk": "h",
        "irena": "i",
        "jadwiga": "j",
        "karol": "k",
        "leon": "l",
        "maria": "m",
        "natalia": "n",
        "olga": "o",
        "paweł": "p",
        "roman": "r",
        "stanisław": "s",
        "tadeusz": "t",
        "urszula": "u",
        "wacław": "w",
        "zygmunt": "z",
    },
    letter_words={
        "be": "b",
        "ce": "c",
        "ef": "f",
        "gie": "g",
        "jot": "j",
        "ka": "k",
        "el": "l",
        "pe": "p",
        "er": "r",
        "es": "s",
        "wu": "w",
        "iks": "x",
        "igrek": "y",
        "zet": "z",
    },
    as_in=phrases("jak"),
    capitals=words("duże wielkie małe"),
    weak_letters=words("a i o u w z e y"),
    at=words("małpa at"),
    dot=words("kropka"),
    marks={
        "myślnik": "-",
        "kreska": "-",
        "kropka": ".",
        "ukośnik": "/",
        "podkreślnik": "_",
        "podkreślenie": "_",
    },
    styling=phrases(
        "małymi literami|wszystko małymi|razem|bez spacji|wszystko razem|wszystko małymi literami"
    ),
    functions=words(
        "i a o u w z na do od po za przez dla ze we ku jest są był była jestem mam ma mój moja moje moim pana "
        "pani ten ta "
        "to te tego tej nie tak już jeszcze też że czy kto co jak gdzie kiedy się mi mnie mu jej ich nas was "
        "proszę dziękuję "
        "mail email e-mail mejl adres mailowy strona internetowa pisać napisać wysłać proszę lub albo ale bo "
        "więc dzień dobry "
        "pod mogę może"
    ),
    months={
        "stycznia": 1,
        "styczeń": 1,
        "lutego": 2,
        "luty": 2,
        "marca": 3,
        "marzec": 3,
        "kwietnia": 4,
        "kwiecień": 4,
        "maja": 5,
        "maj": 5,
        "czerwca": 6,
        "czerwiec": 6,
        "lipca": 7,
        "lipiec": 7,
        "sierpnia": 8,
        "sierpień": 8,
        "września": 9,
        "wrzesień": 9,
        "października": 10,
        "październik": 10,
        "listopada": 11,
        "listopad": 11,
        "grudnia": 12,
        "grudzień": 12,
    },
    ordinals={
        stem + ending: value
        for stem, value in _ORDINAL_STEMS.items()
        for ending in ("y", "ego", "a", "e", "i", "iego", "ej", "ym")
        if ending != "a" or value < 50
    },
    date_joins=words("dnia roku"),
    units_after=words(
        "złotych złote złoty zł groszy euro dolarów procent minut minuty minutę godzin godziny godzina dni dzień "
        "tygodni "
        "tygodnie miesięcy miesiące miesiąc lat lata rok roku razy stopni kilometrów metrów kilogramów litrów "
        "osób osoby "
        "dzieci pokoje pokoi gwiazdek punktów sekund kilowatów gigabajtów sztuk klientów milionów"
    ),
    units_before=words(
        "pokój wersja model peron strona rozdział krok piętro autobus linia lot rozmiar około prawie "
        "maksymalnie minimalnie kosztuje cena kwota suma wybierz opcja o godzinie po"
    ),
    year_before=words(
        "w od do roku stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia"
    ),
    plural_endings=(),
    cues={
        "PAN": "numer karty|karta|karty|karta kredytowa|numer karty kredytowej|karta debetowa|karty kredytowej|"
        "visa|mastercard|"
        "numer mojej karty|kartą|kartę",
        "SECURITY_CODE": "kod zabezpieczający|kod weryfikacyjny karty|kod karty|"
        "ostatnie trzy cyfry|trzy ostatnie cyfry|trzy cyferki|trzy numery|"
        "z tyłu karty|odwrocie karty|numer z tyłu|kod z tyłu|pasku podpisu|"
        "na pasku|c v v|c v c|numerek z tyłu|cyfry z tyłu|"
        "kod bezpieczeństwa|cvv|cvc|z tyłu|trzy cyfry|na odwrocie|kod cvv|kod cvc",
        "CARD_EXPIRY": "ważna do końca|traci ważność|traci ważność w|wygasa w|wygasa z końcem|"
        "karta do|karta wygasa|do końca|ważna do miesiąca|kończy się|"
        "kończy ważność|ważna jest do|"
        "ważna do|data ważności|termin ważności|wygasa|ważność|ważna",
        "PIN": "pin|kod pin",
        "IBAN": "iban",
        "BANK_ACCOUNT": "numer konta|konto|konta|numer rachunku|rachunek|rachunku|konto bankowe|rachunek bankowy",
        "ROUTING_NUMBER": "swift|bic",
        "NATIONAL_ID": "pesel|dowód|dowodu|numer dowodu|dowód osobisty|nip|numer pesel|dowodu osobistego",
        "PASSPORT": "paszport|paszportu|numer paszportu",
        "DRIVER_LICENCE": "prawo jazdy|prawa jazdy|numer prawa jazdy",
        "HEALTH_ID": "numer pacjenta|karta pacjenta|numer ubezpieczenia|ubezpieczenia zdrowotnego",
        "PHONE": "telefon|numer telefonu|telefonu|komórka|komórkowy|mój numer|numer to|zadzwonić|faks|numer "
        "komórkowy|"
        "numer kontaktowy|komórki|pod numerem|mój numer to",
        "POSTCODE": "kod pocztowy|kodu pocztowego",
        "DATE_OF_BIRTH": "urodzony|urodzona|data urodzenia|urodziłem się|urodziłam się|urodzenia|urodziny|data "
        "urodzenia to",
        "ACCOUNT_NUMBER": "numer klienta|numer umowy|umowa|numer zamówienia|zamówienie|numer polisy|polisa|faktura|"
        "numer faktury|numer sprawy|numer referencyjny|numer rezerwacji|rezerwacja|numer zgłoszenia|"
        "numer licznika|polisy|zamówienia",
        "PASSWORD": "hasło|kod dostępu|kod weryfikacyjny|kod sms|tajne słowo",
        "VEHICLE_ID": "numer rejestracyjny|rejestracja|tablica rejestracyjna|numer vin|rejestracyjny",
        "DEVICE_ID": "numer seryjny|imei",
        "IP_ADDRESS": "adres ip|ip",
        "EMAIL": "email|e-mail|mail|mejl|adres email|adres e-mail|adres mailowy|maila|mailowy",
        "AGE": "wiek",
        "NAME": "imię|nazwisko|imię i nazwisko|jak się pan nazywa|jak się pani nazywa|z kim rozmawiam|godność",
        "ADDRESS": "adres zamieszkania|adres|pana adres|pani adres",
    },
    links=words(
        "to jest są był mój moja moje numer o i no tak więc następujący wynosi na do z się brzmi eee proszę pod "
        "w dnia"
    ),
    asks=words("jaki jaka jakie czy podać poda proszę potrzebuję może powiedzieć potwierdzić jak"),
    name_cues=phrases(
        "nazywam się|mam na imię|moje nazwisko to|nazwisko to|imię to|na nazwisko|nazywa się|nazwisko|"
        "moje imię to|moje imię i nazwisko to|ma na imię|przy telefonie|rozmawiam z panem|rozmawiam z panią"
    ),
    weak_name_cues=phrases(
        "jestem|tu|dziękuję|z tej strony|moja żona|mój mąż|mój syn|moja córka|rozmawiać z|"
        "dzień dobry|mówi|to ja"
    ),
    name_after=phrases("przy telefonie|z tej strony|mówi"),
    titles=words("pan pani panem panią pana panie doktor dr"),
    name_particles=words("de von"),
    not_names=words(
        "klientem klientką bardzo tutaj tu w na z do od nowy nowa pewien pewna zainteresowany zainteresowana "
        "żonaty zamężna "
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
        "poniedziałek "
        "wtorek środa czwartek piątek sobota niedziela dziś dzisiaj jutro wczoraj dziękuję dzień dobry tak nie "
        "wszystko "
        "dobrze i mieszkam dzwonię chcę chciałbym chciałabym mam urodziłem urodziłam się numer karta konto "
        "faktura już za "
        "pan pani bo że czy w sprawie może pomóc ma jest powiedzieć podać z"
    ),
    street_before=words("ulica ulicy ul aleja alei al plac placu pl osiedle osiedlu os"),
    address_cues=phrases(
        "mieszkam na|mieszkam przy|mieszkam przy ulicy|mój adres to|adres to|zamieszkały przy|"
        "mieszkam na ulicy|zamieszkała przy|adres zamieszkania to"
    ),
    unit_words=words("mieszkania mieszkanie lokal lokalu m piętro"),
    voice={},
)
