"""By language: how callers say where they are, how old, in which language they go on, and goodbye.

Folded words. A frame stands before the name of a place or around an age.
"""

from collections.abc import Mapping
from typing import Final

AT_PLACE: Final[Mapping[str, str]] = {
    "en": r"(?:(?:i am|im|i m|we are|were|we re|am) (?:\w+ ){0,3}?(?:from|in|at)|(?:calling|call"
    "|ringing|phoning"
    r"|speaking) (?:\w+ )?(?:you )?(?:from|in)|(?:live|living|reside|based|located|staying|sitting"
    r"|moved|home is)"
    r" (?:\w+ )?(?:in|to|at|here in))(?: (?:the|downtown|sunny|north|south|west|east|state of|city of))*",
    "es": r"(?:(?:estoy|estamos|vivo|vivimos|resido|me encuentro|me mude|me he mudado) (?:\w+ "
    "){0,3}?(?:en|a)"
    r"|(?:llamo|llamando|hablo|le hablo) (?:\w+ )?(?:desde|de)|(?:soy|somos) de)(?: (?:el|la|los|las))?",
    "fr": r"(?:(?:je suis|nous sommes|on est|j habite|jhabite|je vis|nous habitons|je reside|je me trouve)"
    r" (?:\w+ ){0,2}?(?:a|en|au|aux|dans|de)|(?:j appelle|jappelle|je vous appelle|j appele) "
    r"(?:\w+ )?(?:de|d|du|des|depuis)"
    r"|j habite|je vis)(?: (?:la|le|les|l))?",
    "de": r"(?:(?:ich bin|wir sind|bin|ich wohne|wohne|wir wohnen|ich lebe|lebe|ich sitze|ich befinde mich)"
    r" (?:\w+ ){0,3}?(?:in|aus|im)|(?:ich rufe|rufe|wir rufen|ich melde mich) (?:\w+ ){0,2}?(?:aus|von|in)"
    r"|(?:ich komme|komme) aus)(?: (?:der|den|die|dem))?",
    "it": r"(?:(?:sono|siamo|mi trovo|abito|vivo|viviamo|risiedo) (?:\w+ ){0,2}?(?:a|in|negli|nei"
    "|nel|di|da|dall|dagli)"
    r"|(?:chiamo|sto chiamando|telefono) (?:\w+ )?(?:da|dal|dalla|dall|dagli|dai))(?: (?:la|il|gli|l))?",
    "pt": r"(?:(?:estou|estamos|moro|vivo|vivemos|moramos|resido|encontro me) (?:\w+ ){0,3}?(?:em"
    "|no|na|nos|nas|a)"
    r"|(?:ligo|estou a ligar|estou ligando|falo) (?:\w+ )?(?:de|do|da|dos|das)|(?:sou|somos) (?:de"
    r"|do|da|dos))(?: (?:os|o|a))?",
    "nl": r"(?:(?:ik ben|wij zijn|we zijn|ik woon|wij wonen|we wonen|woon|ik zit|ik leef) (?:\w+ "
    "){0,3}?(?:in|uit|te)"
    r"|(?:ik bel|wij bellen|bel) (?:\w+ ){0,2}?(?:uit|vanuit|van)|(?:ik kom) uit)(?: (?:de|het))?",
    "pl": r"(?:(?:jestem|jestesmy|mieszkam|mieszkamy|przebywam|znajduje sie) (?:\w+ ){0,2}?(?:w|we|z|ze|na)"
    r"|(?:dzwonie|dzwonimy) (?:\w+ )?(?:z|ze))",
}

#: Before and after an age in years.
AGE: Final[Mapping[str, tuple[str, str]]] = {
    "en": (
        r"(?:i am|im|i m|am|i just turned|i turned|my age is)(?: (?:only|just|still))?",
        (
            r"(?:(?: "
            r"years?)? old| years of age|$| and\b| so\b| but\b| can\b)"
        ),
    ),
    "es": (r"(?:tengo|solo tengo|acabo de cumplir|cumpli)(?: (?:solo|apenas))?", r" anos"),
    "fr": (r"(?:j ai|jai|je n ai que|je viens d avoir)(?: (?:seulement|juste))?", r" ans"),
    "de": (r"(?:ich bin|bin|ich bin erst)(?: (?:erst|gerade|nur))?", r"(?: jahre?(?: alt)?| und\b|$)"),
    "it": (r"(?:ho|ho solo|ho appena compiuto)(?: (?:solo|appena))?", r" anni"),
    "pt": (r"(?:tenho|so tenho|fiz)(?: (?:so|apenas))?", r" anos"),
    "nl": (r"(?:ik ben|ben)(?: (?:pas|nog maar|net))?", r"(?: jaar(?: oud)?|$| en\b)"),
    "pl": (r"(?:mam|skonczylam|skonczylem)(?: (?:dopiero|tylko))?", r" (?:lat|lata|roku|rok)"),
}

#: The words for 3 to 19, in order.
SMALL_NUMBERS: Final[Mapping[str, str]] = {
    "en": (
        "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ),
    "es": (
        "tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
        "diecisiete dieciocho diecinueve"
    ),
    "fr": (
        "trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix+sept "
        "dix+huit dix+neuf"
    ),
    "de": (
        "drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn "
        "siebzehn achtzehn neunzehn"
    ),
    "it": (
        "tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
        "sedici diciassette diciotto diciannove"
    ),
    "pt": (
        "tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis "
        "dezassete dezoito dezanove"
    ),
    "nl": (
        "drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien"
    ),
    "pl": (
        "trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie trzynascie "
        "czternascie pietnascie szesnascie siedemnascie osiemnascie dziewietnascie"
    ),
}

CHILD: Final[Mapping[str, str]] = {
    "en": (
        r"(?:i am|im|i m) (?:a|just a|only a|still a) (?:minor|child|kid)|(?:i am|im|i m) (?:not "
        r"(?:yet )?(?:18|eighteen|an adult)|underage|under age)|my (?:mom|mum|dad|mother|father"
        r"|parents) (?:is not|isnt|are not|arent) (?:home|here)"
    ),
    "es": r"soy menor(?: de edad)?|soy (?:un nino|una nina)|(?:no soy|todavia no soy) mayor de edad",
    "fr": r"je suis (?:mineure?|un enfant|une enfant)|je ne suis pas majeure?",
    "de": r"ich bin (?:noch )?(?:minderjahrig|ein kind)|ich bin (?:noch )?nicht (?:volljahrig|18|achtzehn)",
    "it": r"sono (?:minorenne|un bambino|una bambina)|non sono maggiorenne",
    "pt": r"sou menor(?: de idade)?|sou (?:uma )?crianca|nao sou maior de idade",
    "nl": r"ik ben (?:nog )?(?:minderjarig|een kind)|ik ben (?:nog )?niet (?:volwassen|achttien|18)",
    "pl": r"jestem (?:niepelnoletnia|niepelnoletni|nieletnia|nieletni|dzieckiem)",
}

GOODBYE: Final[Mapping[str, str]] = {
    "en": r"goodbye|good bye|bye|that ?s all|that is all|that will be all|nothing else",
    "es": r"adios|hasta luego|eso es todo|nada mas",
    "fr": r"au revoir|c est tout|ce sera tout|bonne journee",
    "de": r"auf wiederhoren|auf wiedersehen|tschuss|das ist alles|das war alles|das wars",
    "it": r"arrivederci|e tutto|nient altro",
    "pt": r"adeus|e tudo|mais nada|ate logo|tchau",
    "nl": r"tot ziens|dat is alles|dat was alles|dag hoor",
    "pl": r"do widzenia|to wszystko|do uslyszenia",
}

#: Asking for a language, by the language asked for: what is said in it, and its names in the others.
OWN_WISH: Final[Mapping[str, str]] = {
    "en": (
        r"(?:in|speak|talk) english(?: please)?|english please|i (?:only )?speak english|do you speak "
        r"english"
    ),
    "es": (
        r"hablo (?:solo )?(?:espanol|castellano)|(?:en|habla|hablas|hablan|hablar) (?:espanol"
        r"|castellano)|(?:espanol|castellano) por favor"
    ),
    "fr": r"je parle (?:seulement )?francais|(?:en|parlez vous|parler) francais|francais s il vous plait",
    "de": (
        r"ich spreche (?:nur )?deutsch|(?:auf|sprechen sie|deutsch sprechen) deutsch|deutsch bitte"
        r"|auf deutsch|konnen wir deutsch"
    ),
    "it": r"parlo (?:solo )?italiano|(?:in|parla|parlare) italiano|italiano per favore",
    "pt": r"falo (?:so )?portugues|(?:em|fala|falar) portugues|portugues por favor",
    "nl": (
        r"ik spreek (?:alleen )?nederlands|(?:in het|spreekt u|praat u) nederlands|nederlands "
        r"(?:alstublieft|graag)"
    ),
    "pl": r"mowie (?:tylko )?po polsku|po polsku(?: prosze)?|czy mowi pan(?:i)? po polsku",
}

NAMES_OF_LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "es": "spanish",
        "fr": "french",
        "de": "german",
        "it": "italian",
        "pt": "portuguese",
        "nl": "dutch",
        "pl": "polish",
    },
    "es": {
        "en": "ingles",
        "fr": "frances",
        "de": "aleman",
        "it": "italiano",
        "pt": "portugues",
        "nl": "neerlandes|holandes",
        "pl": "polaco",
    },
    "fr": {
        "en": "anglais",
        "es": "espagnol",
        "de": "allemand",
        "it": "italien",
        "pt": "portugais",
        "nl": "neerlandais",
        "pl": "polonais",
    },
    "de": {
        "en": "englisch",
        "es": "spanisch",
        "fr": "franzosisch",
        "it": "italienisch",
        "pt": "portugiesisch",
        "nl": "niederlandisch",
        "pl": "polnisch",
    },
    "it": {
        "en": "inglese",
        "es": "spagnolo",
        "fr": "francese",
        "de": "tedesco",
        "pt": "portoghese",
        "nl": "olandese",
        "pl": "polacco",
    },
    "pt": {
        "en": "ingles",
        "es": "espanhol",
        "fr": "frances",
        "de": "alemao",
        "it": "italiano",
        "nl": "holandes|neerlandes",
        "pl": "polaco|polones",
    },
    "nl": {
        "en": "engels",
        "es": "spaans",
        "fr": "frans",
        "de": "duits",
        "it": "italiaans",
        "pt": "portugees",
        "pl": "pools",
    },
    "pl": {
        "en": "angielsku",
        "es": "hiszpansku",
        "fr": "francusku",
        "de": "niemiecku",
        "it": "wlosku",
        "pt": "portugalsku",
        "nl": "holendersku|niderlandzku",
    },
}

#: How one asks, in one's own language, for another: `{}` is its name.
WISH: Final[Mapping[str, str]] = {
    "en": r"(?:in|speak|speaks|talk in|switch to|continue in|change to) (?:{})|(?:{}) please",
    "es": r"(?:en|habla|hablar|hablas|cambiar al?) (?:{})|(?:{}) por favor",
    "fr": r"(?:en|parlez vous|parler|passer a l?) ?(?:{})|(?:{}) s il vous plait",
    "de": r"(?:auf|sprechen sie|sprechen) (?:{})|(?:{}) (?:bitte|sprechen)",
    "it": r"(?:in|parla|parlare) (?:{})|(?:{}) per favore",
    "pt": r"(?:em|fala|falar) (?:{})|(?:{}) por favor",
    "nl": r"(?:in het|spreekt u|spreken) (?:{})|(?:{}) (?:alstublieft|graag)",
    "pl": r"po (?:{})",
}

#: Frequent words that (nearly) no other of our languages has: enough of them, and the turn is in that language.
FREQUENT: Final[Mapping[str, str]] = {
    "en": (
        "the and is are was my you your have would like want need pay to of it this that what when "
        "how i im please can could bill with for"
    ),
    "es": (
        "el los las y es mi quiero quisiera puedo tengo necesito pagar para por favor que como "
        "cuando donde una con mas pero factura cuenta hola gracias"
    ),
    "fr": (
        "le les et est mon ma je vous voudrais veux peux j ai besoin payer pour que comment quand ou "
        "une avec mais facture compte bonjour merci pas sur"
    ),
    "de": (
        "der die das und ist mein meine ich mochte will kann habe brauche zahlen bezahlen fur wie "
        "wann wo eine mit aber rechnung konto hallo danke nicht bitte"
    ),
    "it": (
        "il gli e mio mia vorrei voglio posso ho bisogno pagare per che come quando dove una con ma "
        "bolletta fattura conto grazie non sono buongiorno"
    ),
    "pt": (
        "o os as e meu minha quero gostaria posso tenho preciso pagar para que como quando onde uma "
        "com mas fatura conta obrigado obrigada nao ola"
    ),
    "nl": (
        "de het en is mijn ik wil graag kan heb nodig betalen voor hoe wanneer waar een met maar "
        "rekening hallo dank niet alstublieft"
    ),
    "pl": (
        "i jest moj moja chce chcialbym chcialabym moge mam potrzebuje zaplacic za jak kiedy gdzie z "
        "ale rachunek konto dziekuje nie prosze dzien dobry"
    ),
}

#: Declining a person: what is left of the remark may still ask for one.
NO_PERSON: Final[Mapping[str, str]] = {
    "en": (
        r"(?:dont|do not|wouldnt|would not) (?:really )?(?:want|need|wish|like) (?:to (?:speak|talk|be (?:put through"
        r"|transferred|connected)) (?:to|with) )?(?:a |an |any |the )?(?:real |live |human )?"
        r"(?:person|human|agent|representative|operator|someone|anyone|anybody)"
    ),
    "es": (
        r"no (?:quiero|necesito|deseo) (?:hablar con )?(?:una? |ninguna? |ningun )?"
        r"(?:persona|agente|humano|operadora?|nadie)"
    ),
    "fr": (
        r"ne (?:veux|souhaite|voudrais) pas (?:parler )?(?:a |avec )?(?:une? |de )?"
        r"(?:personne|conseillere?|humain|agent|operateur)"
    ),
    "de": (
        r"(?:will|mochte|brauche) (?:nicht mit (?:einem |einer )?|keinen? )"
        r"(?:menschen|mensch|person|mitarbeiter\w*|berater\w*)(?: sprechen| reden)?"
    ),
    "it": r"non (?:voglio|desidero) (?:parlare con )?(?:una? |nessun[ao]? )?(?:persona|operatore|operatrice|umano)",
    "pt": r"nao (?:quero|preciso de) (?:falar com )?(?:uma? |nenhuma? )?(?:pessoa|atendente|humano|operadora?)",
    "nl": r"(?:wil|hoef) (?:geen|niet met een|niet met) (?:mens|medewerker|persoon)(?: spreken| praten)?",
    "pl": r"nie chce (?:rozmawiac )?(?:z )?(?:czlowiekiem|konsultantem|konsultantka|osoba)",
}
