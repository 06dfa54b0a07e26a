"""Italian: compounds of any length."""

from typing import Final

from redaction.languages import Table, phrases, words
from redaction.languages.compounds import italian

_UNITS: Final = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_TEENS: Final = (
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
)
_TENS: Final = {
    "venti": "2",
    "trenta": "3",
    "quaranta": "4",
    "cinquanta": "5",
    "sessanta": "6",
    "settanta": "7",
    "ottanta": "8",
    "novanta": "9",
}

TABLE: Final = Table(
    code="it",
    units={"zero": "0", "un": "1", "una": "1"}
    | {word: str(value) for value, word in enumerate(_UNITS, start=1)},
    closed=italian(_UNITS, _TEENS, _TENS),
    tens=_TENS,
    hundred=words("cento"),
    thousand=words("mille mila"),
    million=words("milione milioni"),
    joins=words("e"),
    pronouns=words("un una uno sei"),
    repeats={"doppio": 2, "doppia": 2, "triplo": 3, "tripla": 3},
    fillers=phrases("ehm|eh|uhm|mmm|mm|ah|uh|allora dunque"),
    pauses=phrases(
        "aspetti|aspetta|un attimo|un momento|vediamo|allora|sì|si|dunque|e poi|poi|e|e dopo|dopo|ecco|ok|va bene|"
        "virgola|credo|cioè|mi faccia vedere|spazio|quindi|seguito da|e infine|infine|adesso|diciamo|mi lasci vedere"
    ),
    separators=phrases("trattino|punto|barra|meno|trattino basso"),
    corrections=phrases(
        "no|no scusi|scusi|scusa|no aspetti|anzi|no anzi|volevo dire|voglio dire|mi correggo|ho sbagliato|sbagliato|"
        "errore|mi scusi|pardon|no no|no mi scusi|aspetti no|mi sono sbagliato|mi sono sbagliata|ah no|eh no|"
        "chiedo scusa"
    ),
    restarts=phrases(
        "ricomincio|da capo|ripeto|di nuovo|ricominciamo|dall'inizio|lo ripeto|un'altra volta|ricomincio da capo"
    ),
    spelling={
        "ancona": "a",
        "bologna": "b",
        "como": "c",
        "domodossola": "d",
        "empoli": "e",
        "firenze": "f",
        "genova": "g",
        "imola": "i",
        "livorno": "l",
        "milano": "m",
        "napoli": "n",
        "otranto": "o",
        "padova": "p",
        "roma": "r",
        "savona": "s",
        "torino": "t",
        "udine": "u",
        "venezia": "v",
        "zara": "z",
    },
    letter_words={
        "bi": "b",
        "effe": "f",
        "gi": "g",
        "acca": "h",
        "cappa": "k",
        "elle": "l",
        "emme": "m",
        "enne": "n",
        "pi": "p",
        "cu": "q",
        "erre": "r",
        "esse": "s",
        "vu": "v",
        "ics": "x",
        "ipsilon": "y",
        "zeta": "z",
    },
    as_in=phrases("come|di|come in"),
    capitals=words("maiuscola minuscola"),
    weak_letters=words("a e i o u"),
    at=words("chiocciola at"),
    dot=words("punto"),
    marks={"trattino": "-", "punto": ".", "barra": "/", "underscore": "_"},
    styling=phrases("tutto minuscolo|in minuscolo|tutto attaccato|senza spazi|una parola sola"),
    functions=words(
        "il lo la i gli le un uno una di a da in con su per tra fra del della dei delle al alla nel nella dal "
        "sul e o ma "
        "è sono era ho ha hai abbiamo che chi cui non sì si no mio mia miei mie tuo suo sua nostro vostro loro "
        "mi ti ci "
        "vi lo questo questa quello quella come dove quando grazie prego mail email e-mail posta elettronica "
        "indirizzo "
        "scrivere scriva mandi mandare inviare sito internet web pagina buongiorno allora anche più molto bene lei io"
    ),
    months={
        "gennaio": 1,
        "febbraio": 2,
        "marzo": 3,
        "aprile": 4,
        "maggio": 5,
        "giugno": 6,
        "luglio": 7,
        "agosto": 8,
        "settembre": 9,
        "ottobre": 10,
        "novembre": 11,
        "dicembre": 12,
    },
    ordinals={"primo": 1},
    date_joins=words("di del il"),
    units_after=words(
        "euro centesimi dollari dollaro per minuti minuto ore ora giorni giorno settimane settimana mesi mese "
        "anni anno "
        "volte volta gradi chilometri metri chili grammi litri persone bambini camere stelle punti secondi secondo "
        "kilowatt giga mega milioni unità pezzi clienti chiamate pagine percento"
    ),
    units_before=words(
        "camera versione modello linea volo porta binario pagina capitolo passo piano autobus taglia circa "
        "quasi massimo minimo costa costano prezzo importo totale prema tasto opzione alle ore"
    ),
    year_before=words(
        "nel dal del fino anno di gennaio febbraio marzo aprile maggio giugno luglio agosto settembre "
        "ottobre novembre dicembre"
    ),
    plural_endings=(),
    cues={
        "PAN": "numero di carta|carta|carta di credito|numero della carta|carta di debito|bancomat|visa|mastercard|"
        "numero della mia carta|postepay|carta prepagata",
        "SECURITY_CODE": "codice di verifica|codice cvv|codice cvc|tre cifre dietro|"
        "tre numeri dietro|ultime tre cifre|ultimi tre numeri|tre numeri|"
        "dietro la carta|retro della mia carta|numerino dietro|codice dietro|"
        "codice della carta|c v v|c v c|numeri sul retro|cifre sul retro|"
        "codice di sicurezza|cvv|cvc|sul retro|tre cifre|codice sul retro|retro della carta",
        "CARD_EXPIRY": "scade alla fine di|scade a fine|scade in|scade il|valida fino a|"
        "valida fino al|valida fino alla fine di|valida fino a fine|fino a fine|"
        "scadenza è|valida sino a|"
        "scade|scadenza|data di scadenza|valida fino|scade a|scade nel",
        "PIN": "pin|codice pin|codice segreto",
        "IBAN": "iban",
        "BANK_ACCOUNT": "conto corrente|numero di conto|conto bancario|conto",
        "ROUTING_NUMBER": "abi|cab|bic|swift",
        "NATIONAL_ID": "codice fiscale|carta d'identità|numero della carta d'identità|documento|partita iva",
        "PASSPORT": "passaporto|numero di passaporto",
        "DRIVER_LICENCE": "patente|numero di patente|patente di guida",
        "HEALTH_ID": "tessera sanitaria|numero di paziente|cartella clinica|numero di assistito",
        "PHONE": "telefono|numero di telefono|cellulare|mio numero|numero è|chiamarmi al|richiamatemi|fax|fisso|"
        "numero di cellulare|mi chiami al|recapito|mi può chiamare al|richiamarmi al",
        "POSTCODE": "cap|codice postale|codice di avviamento postale",
        "DATE_OF_BIRTH": "nato|nata|data di nascita|nascita|compleanno|nato il|nata il|sono nato|sono nata",
        "ACCOUNT_NUMBER": "codice cliente|numero cliente|numero di contratto|contratto|numero d'ordine|ordine|"
        "polizza|"
        "numero di polizza|fattura|numero di fattura|pratica|numero di pratica|riferimento|prenotazione|"
        "codice prenotazione|numero di prenotazione|numero di riferimento",
        "PASSWORD": "password|parola d'ordine|codice di accesso|codice di verifica|parola segreta",
        "VEHICLE_ID": "targa|numero di telaio|numero di targa",
        "DEVICE_ID": "numero di serie|imei|seriale|numero seriale",
        "IP_ADDRESS": "indirizzo ip|ip",
        "EMAIL": "email|e-mail|mail|posta elettronica|indirizzo email|indirizzo mail|indirizzo di posta elettronica",
        "AGE": "età",
        "NAME": "suo nome|cognome|nome e cognome|come si chiama|nome completo|con chi parlo",
        "ADDRESS": "suo indirizzo|indirizzo|residenza",
    },
    links=words(
        "è sono il la lo i gli le un una di del della mio mia numero che e ehm allora sì seguente al sul sarebbe "
        "inizia finisce qui ecco"
    ),
    asks=words("qual quale quali può potrebbe mi dica dire confermi fornire serve come dia dare"),
    name_cues=phrases(
        "mi chiamo|il mio nome è|il mio cognome è|nome è|cognome è|a nome di|si chiama|intestatario è|"
        "intestato a|parlo con|sto parlando con|il mio nome completo è|cognome"
    ),
    weak_name_cues=phrases(
        "sono|buongiorno|salve|grazie|qui è|parla|mia moglie|mio marito|mio figlio|mia figlia|"
        "parlare con|ciao|buonasera|pronto|gentile|caro|cara"
    ),
    name_after=phrases("al telefono|all'apparecchio"),
    titles=words("signor signora signorina sig sig.ra dottor dottore dottoressa dott dr avvocato ingegnere"),
    name_particles=words("di de del della da dal d' lo la san"),
    not_names=words(
        "cliente molto qui in il la lo un una che di da con per al del nuovo nuova sicuro sicura interessato "
        "interessata "
        "sposato sposata contento contenta gennaio febbraio marzo aprile maggio giugno luglio agosto settembre "
        "ottobre "
        "novembre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica oggi domani ieri buongiorno "
        "grazie "
        "sì no tutto bene mille tanto nato nata e abito vorrei chiamo ho è stato stata andato andata già ancora non "
        "numero carta conto fattura io lei passato pronto solo"
    ),
    street_before=words("via viale piazza corso largo vicolo piazzale strada contrada vico lungomare"),
    address_cues=phrases(
        "abito in|vivo in|il mio indirizzo è|indirizzo è|residente in|abito a|sto in|risiedo in|"
        "mi sono trasferito in|l'indirizzo è"
    ),
    unit_words=words("interno scala piano appartamento numero"),
    voice={},
)
