"""Dutch: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:(?:echt|levend|werkelijk|menselijk)e? )?(?:mens|persoon|robot|computer|machine|bot|chatbot|ai"
    r"|a i|kunstmatige intelligentie|computerstem|programma|bandje|opname|automaat|antwoordapparaat"
    r"|spraakcomputer|software|digitale assistent|virtuele assistent|computerprogramma)"
    r"|echte (?:medewerker|stem)|echt"
)
_KIND = r"mens|persoon|robot|computer|machine|bot|ai|echt mens|bandje|echt persoon"
_END = end(
    r"of|aan de lijn|die|alstublieft|en|hier|daar|nu|waar|aan de telefoon|toch|he|§|wat|eigenlijk|met wie"
)
_PERSON = (
    r"(?:(?:echt|menselijk|levend|ander)e? )?(?:mens|persoon|medewerk(?:er|ster)|iemand|collega|adviseur"
    r"|agent|klantenservice|leidinggevende|manager|telefonist(?:e)?|operator|vertegenwoordiger|consulent)"
)
_ASKS = r"wil|wilde graag|zou|kan|mag|kunt|wilt|graag|moet|liever|laat|wou|kunnen"
_MACHINE = (
    r"(?:robot|bot|machine|computer|computerprogramma|programma|ai|a i|kunstmatige intelligentie|chatbot"
    r"|bandje|opname|automaat|digitale assistent|virtuele assistent|ai assistent)"
)
_OFFICE = (
    r"(?:verpleegkundige|verpleegster|verpleger|arts|huisarts|dokter|advocaat|advocate|apotheker"
    r"|therapeut|psycholoog|psychiater|tandarts|notaris|accountant|boekhouder|(?:financieel"
    r"|juridisch) adviseur|verloskundige|maatschappelijk werker|zorgverlener)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="ja|jawel|ja hoor|ja graag|graag|ja prima|prima|oke|ok|okay|akkoord|goed|is goed"
        "|dat is goed|zeker|ja zeker|natuurlijk|uiteraard|vanzelfsprekend|tuurlijk|geen probleem"
        "|geen enkel probleem|geen bezwaar|vooruit|in orde|dat is in orde|jazeker|jep|yep|absoluut"
        "|mij best hoor|met plezier|ja natuurlijk|dat is prima|dat is oke|afgesproken|ja dat is goed"
        "|ja dat mag|ga uw gang|ga je gang|doe maar|hoor ja",
        agree="ik ga akkoord|ga akkoord|ik ben akkoord|ik stem in|ik stem toe|ik geef toestemming"
        "|ik geef mijn toestemming|u heeft mijn toestemming|u hebt mijn toestemming"
        "|je hebt mijn toestemming|u mag opnemen|u mag dit opnemen|u mag het opnemen"
        "|u mag dit gesprek opnemen|u mag het gesprek opnemen|je mag opnemen|dat mag|dat mag u|dat mag je"
        "|neem maar op|neemt u maar op|ik vind het goed|ik vind het prima|vind ik goed|vind ik prima"
        "|dat vind ik goed|ik heb er geen bezwaar tegen|ik heb geen bezwaar"
        "|daar heb ik geen bezwaar tegen|ik vind het niet erg|dat vind ik niet erg|ik ben het ermee eens"
        "|mij prima|voor mij is het goed|u mag het gesprek gewoon opnemen|u kunt opnemen"
        "|jullie mogen opnemen|jullie mogen dit opnemen|jullie mogen het opnemen|ik accepteer het|het mag",
        no="nee|neen|nee nee|nee hoor|nope|negatief",
        refuse="nee bedankt|nee dank u|nee dank je|liever niet|ik wil niet|ik wil het niet"
        "|ik wil dat niet|dat wil ik niet|wil ik niet|ik weiger|dat weiger ik|niet akkoord"
        "|ik ga niet akkoord|ga niet akkoord|daar ga ik niet mee akkoord|ik geef geen toestemming"
        "|geen toestemming|ik heb bezwaar|daar heb ik bezwaar tegen|dat mag niet|u mag niet|je mag niet"
        "|jullie mogen niet|absoluut niet|zeker niet|natuurlijk niet|echt niet|beslist niet|nooit"
        "|geen sprake van|niet opnemen|geen opname|geen opnames|zonder opname|zonder opnemen|neem niet op"
        "|neemt u niet op|stop met opnemen|liever geen|ik ben het er niet mee eens|doe maar niet"
        "|ik heb liever van niet|ik heb liever niet|liever van niet|ik denk het niet|denk het niet"
        "|ik denk van niet|niet goed|dat is niet goed|dat vind ik niet goed|toch maar niet"
        "|dat is niet oke|vind ik niet goed",
        hedge="ik weet het niet|weet ik niet|weet niet|ik weet niet|geen idee|misschien|wellicht"
        "|eventueel|hangt ervan af|dat hangt ervan af|dat ligt eraan|ligt eraan|wat|wat zegt u|pardon"
        "|sorry|waarom|hoezo|hoe|wie|wanneer|welke|wacht|wacht even|een moment|momentje|hm|hmm|mhm|als"
        "|indien|maar|nou|nou ja|tja|als het moet|als u wilt|als het moet dan moet het|mij best"
        "|maakt mij niet uit|maakt me niet uit|het maakt mij niet uit|ik denk het|denk het wel"
        "|ik denk het wel|ik denk van wel|waarschijnlijk|vermoedelijk|niet zeker|ik ben niet zeker"
        "|ik twijfel|nog een keer|kunt u herhalen|moet dat|straks|later|nu niet|nog niet|mag u|mag ik"
        "|kunt u|hallo|ik begrijp het|alleen als|zal wel|hoezo dan|ja en nee",
        negation="niet|geen|nooit|zonder|stop|stoppen|weiger|niets",
        record="opnemen|opgenomen|opname|opnames|opneemt|opneem|neem|neemt|op te nemen",
        neutral="alstublieft|alsjeblieft|bedankt|dank u|dank u wel|dank je|dank je wel|dankuwel|hoor|eh"
        "|uh|ah|oh|en|dan|dit gesprek|het gesprek|dat|dit|het|maar op|wel|mij|voor mij|met de opname|ik"
        "|meneer|mevrouw|zo|op|u|mag|best|gewoon|voor|kwaliteit|nu",
    ),
    intents=IntentPatterns(
        leading="hallo|goedemorgen|goedemiddag|goedendag|dag|maar|en|sorry|pardon|zeg|zegt u eens|luister"
        "|wacht|even|eh|uh|ja|nee|nou|dus|ok|oke|een vraag|vraagje|alstublieft|alsjeblieft|ah|bedankt|nu"
        "|kunt u zeggen",
        are_you_a_person=(
            r"zit er (?:wel |echt )?een (?:echte? )?(?:mens|persoon|robot|computer) (?:aan|achter)",
            (
                rf"(?:bent u|ben je|ben jij|u bent|jij bent|je bent) (?:(?:nou|nu|eigenlijk|wel|echt"
                rf"|gewoon|toch|een|n|soms|misschien|geen|zelf|uberhaupt|dan) )*(?:{_THING}){_END}"
            ),
            (
                rf"(?:spreek ik|praat ik|ik spreek|ik praat|telefoneer ik|heb ik|zit ik) (?:(?:nu|hier"
                rf"|nou|eigenlijk|wel|echt|gewoon|toch|soms|misschien|dan|te praten) )*(?:met"
                rf"|tegen) (?:een |n )?(?:{_THING}){_END}"
            ),
            (
                rf"(?:is dit|is dat|is het|zit daar|zit hier|is dit hier) (?:(?:nu|nou|eigenlijk|wel|echt"
                rf"|gewoon|toch|soms|een|n) )*(?!persoon)(?:{_THING}){_END}"
            ),
            rf"heb ik (?:(?:nu|hier|nou) )*(?:een )?(?:{_THING}) aan de (?:lijn|telefoon)",
            rf"of (?:u|je|ik met|dit) (?:(?:een|echt|wel|nu) )*(?:{_THING}) (?:bent|ben|spreek|praat|is)",
            either(_KIND, "of", "een |met een |toch een "),
            r"(?:u klinkt|je klinkt|het klinkt) als een (?:robot|computer|machine|bandje)",
            r"^wat (?:bent u|ben je|ben jij)(?: eigenlijk)?$",
        ),
        wants_person=(
            r"^(?:doorverbinden|doorschakelen)(?: alstublieft| alsjeblieft| graag)*$",
            (
                r"(?:spreek|praat) (?:ik )?liever (?:met )?(?:een )?(?:echte? )?(?:mens|medewerker"
                r"|persoon|iemand)"
            ),
            r"^met een (?:echte )?(?:medewerker|mens|persoon)(?: graag| alstublieft)*$",
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,6}}?(?:een |uw "
                rf"|een van uw )?{_PERSON} (?:\w+ ){{0,2}}?(?:spreken|praten"
                r"|doorverbinden|doorverbonden|doorgeschakeld|doorschakelen|krijgen"
                r"|te woord)(?! (?:over (?:mijn|ons) werk))"
            ),
            rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?(?:spreken|praten) met (?:een |uw )?{_PERSON}",
            rf"^(?:spreken|praten|doorverbinden) (?:met|naar) (?:een )?{_PERSON}",
            (
                rf"(?:verbind|verbindt|verbinden|schakel) (?:u )?(?:mij|me) (?:\w+ ){{0,2}}?(?:door|met"
                rf"|naar)(?: met| naar)?(?: een)?(?: {_PERSON})?"
            ),
            (
                r"(?:kunt u|kan u|wilt u|kun je|wil je) (?:mij|me) (?:\w+ ){0,2}?(?:doorverbinden"
                r"|doorschakelen)"
            ),
            rf"(?:geef|geeft u) (?:mij|me) (?:maar |alstublieft )?(?:een )?{_PERSON}",
            r"(?:ik wil|ik wil graag|ik heb liever|mag ik|ik zou graag) (?:(?:graag|nu|gewoon|liever"
            r"|eindelijk) )*een (?:(?:echt|levend|menselijk)e? )?(?:mens|medewerker|persoon)"
            + end("spreken|alstublieft|en|§|aan|van"),
            r"niet (?:\w+ ){0,2}?(?:met|tegen) een (?:computer|robot|machine|bot|ai|apparaat)",
            (
                r"^(?:een |de |echte )*(?:medewerker|medewerkster|mens|persoon|operator"
                r"|klantenservice)(?: (?:alstublieft|alsjeblieft|graag|nu|graag))*$"
            ),
        ),
        withdraws=(
            (
                r"^(?!.*\b(?:wilde|wilden|ze|zij|hij|kon|konden|kan ik|telefoon|contact|geld"
                r"|waarom)\b).*\bniet (?:meer |verder |langer )?(?:opnemen|op te nemen)"
            ),
            r"(?:wil|wens|liever) (?:\w+ ){0,6}?niet (?:\w+ ){0,3}?(?:opgenomen|opneemt|opneem)",
            r"(?:wil|wens) niet (?:meer )?dat (?:\w+ ){0,6}?(?:opgenomen|opneemt|opneem|opnemen)",
            (
                r"(?:stop|stopt u|stopt|stoppen|beeindig|onderbreek|zet|schakel|verwijder|wis) (?:(?:nu"
                r"|meteen|met|u|de|het|deze|alstublieft|direct) )*(?:opname|opnemen|opnames)"
            ),
            r"^(?!.*\b(?:waarom|telefoon)\b).*\bneem(?:t u)? (?:\w+ ){0,3}?niet (?:meer |langer )?op$",
            r"zonder (?:(?:de|een|dit|het|gesprek) )*(?:opname|op te nemen|opnemen|opgenomen te worden)",
            r"^geen opnames?(?: (?:meer|alstublieft|alsjeblieft|maken|graag))*$",
            r"(?:wil|wens) (?:\w+ )?geen opname",
            r"trek (?:\w+ )?(?:mijn )?toestemming (?:\w+ )?in",
            r"(?:bezwaar tegen|niet akkoord met) (?:de |deze |het )?(?:opname|opnemen)",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            (
                r"(?<!of )(?<!dat )(?:ik ben|ben ik) (?:(?:echt|gewoon|wel|natuurlijk|ook|zeker|een"
                r"|wel degelijk|net als u) )*(?:echte? )?(?:mens|persoon|vrouw|man|menselijk)"
            ),
            r"ik ben (?:een )?(?:echte|menselijke) (?:medewerker|medewerkster|agent|adviseur)",
            rf"(?:ik ben|ben ik) (?:(?:echt|toch|zeker) )*(?:geen|niet een) {_MACHINE}",
            r"u (?:spreekt|praat) (?:(?:nu|echt|gewoon|hier) )*met een (?:echte? )?(?:mens|persoon)",
            r"^als mens (?:kan|weet|begrijp|ben|zou)",
        ),
        licence=(
            (
                r"u (?:spreekt|praat) (?:(?:nu|echt|hier) )*met (?:een|uw) (?:(?:gediplomeerd|geregistreerd|bevoegd"
                rf"|erkend|echte)e? )*{_OFFICE}"
            ),
            (
                rf"(?<!of )(?<!dat )(?:ik ben|ben ik) (?:(?:een|uw|ook|zelf|de|gediplomeerd|geregistreerd"
                rf"|bevoegd|erkend|opgeleid) )*{_OFFICE}"
            ),
            rf"^als (?:(?:uw|gediplomeerd|bevoegd) )?{_OFFICE} (?:kan|zou|raad|adviseer|weet)",
            r"(?:ik ben|u spreekt met|mijn naam is) (?:dr|dokter)(?:$| §| \w+)",
            r"ik heb een (?:medische |juridische )?(?:licentie|bevoegdheid|big registratie)",
            r"mijn (?:medische|professionele|juridische) (?:mening|oordeel|advies)",
        ),
    ),
)
