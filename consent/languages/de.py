"""German: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:(?:echt|wirklich|richtig|lebend|lebendig|menschlich)e?[rsnm]? )?(?:mensch(?:en)?|person|roboter"
    r"|bot|chatbot|maschine|computer|ki|k i|kunstlichen? intelligenz|computerstimme|programm|aufzeichnung"
    r"|tonband|bandansage|automat(?:en)?|anrufbeantworter|sprachcomputer|software|sprachassistent(?:en)?"
    r"|ki assistent(?:en)?)|echte[rnms]? (?:mitarbeiter(?:in)?|stimme)|echt"
)
_KIND = r"mensch|menschen|person|roboter|bot|maschine|computer|ki|automat|echter mensch|band"
_END = end(
    r"oder|am apparat|dran|da|hier|und|bitte|am telefon|der|die|was|eigentlich|sprechen|§|richtig|nicht"
    r"|ne|verbunden"
)
_PERSON = (
    r"(?:(?:echt|richtig|wirklich|menschlich|ander|lebend|lebendig)e[rsnm]? )?(?:mensch(?:en)?|person"
    r"|mitarbeiter(?:in|n)?|berater(?:in)?|kollegen|kollegin|jemande[nm]|jemand|kundenberater(?:in)?"
    r"|kundenservice|kundendienst|sachbearbeiter(?:in)?|vorgesetzten|ansprechpartner(?:in)?|agenten"
    r"|operator|zentrale|vermittlung)"
)
_MACHINE = (
    r"(?:roboter|bot|maschine|computer|computerprogramm|programm|ki|k i|kunstliche intelligenz|chatbot"
    r"|aufzeichnung|automat|sprachcomputer|virtueller assistent|ki assistent)"
)
_OFFICE = (
    r"(?:krankenschwester|krankenpfleger(?:in)?|pflegefachkraft|pflegefachfrau|pflegefachmann|arzt|arztin"
    r"|doktor|anwalt|anwaltin|rechtsanwalt|rechtsanwaltin|apotheker(?:in)?|therapeut(?:in)?|psychologe"
    r"|psychologin|psychiater(?:in)?|zahnarzt|zahnarztin|notar(?:in)?|steuerberater(?:in)?"
    r"|finanzberater(?:in)?|anlageberater(?:in)?|sozialarbeiter(?:in)?|hebamme|sanitater(?:in)?)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="ja|jawohl|jo|jep|yep|ja ja|ja gerne|ja gern|gern|gerne|klar|na klar|aber klar|sicher"
        "|aber sicher|naturlich|selbstverstandlich|okay|ok|in ordnung|einverstanden|geht in ordnung"
        "|geht klar|passt|das passt|kein problem|kein thema|uberhaupt kein problem|auf jeden fall"
        "|unbedingt|freilich|ja bitte|bitte ja|doch|alles klar|genehmigt|ja doch|mit vergnugen",
        agree="ich bin einverstanden|bin einverstanden|ich stimme zu|stimme zu|ich willige ein"
        "|ich erlaube es|ich erlaube das|das erlaube ich|sie durfen aufzeichnen|sie durfen aufnehmen"
        "|sie durfen|das durfen sie|das konnen sie|das konnen sie machen|machen sie das"
        "|das ist in ordnung|ist in ordnung|das ist okay|das ist ok|ist okay|ist ok|das ist mir recht"
        "|mir recht|das geht in ordnung|das geht klar|ich habe nichts dagegen|hab nichts dagegen"
        "|habe nichts dagegen|nichts dagegen|keine einwande|kein einwand|ich habe keine einwande"
        "|zeichnen sie auf|nehmen sie auf|zeichnen sie das auf|nehmen sie das auf|das stort mich nicht"
        "|stort mich nicht|macht mir nichts aus|das macht mir nichts aus|sie konnen aufzeichnen"
        "|sie konnen aufnehmen|sie konnen das aufzeichnen|sie durfen das aufzeichnen"
        "|sie durfen das gesprach aufzeichnen|sie konnen das gesprach aufzeichnen"
        "|sie durfen das gesprach aufnehmen|sie konnen das gesprach aufnehmen"
        "|das darf aufgezeichnet werden|sie haben meine einwilligung|ich gebe meine einwilligung"
        "|ich gebe mein einverstandnis|bitte aufzeichnen",
        no="nein|nee|ne|no|nein nein|negativ",
        refuse="nein danke|auf keinen fall|auf gar keinen fall|keinesfalls|lieber nicht|bitte nicht"
        "|besser nicht|ich mochte nicht|ich mochte das nicht|mochte ich nicht|das mochte ich nicht"
        "|ich will nicht|ich will das nicht|will ich nicht|das will ich nicht|nicht einverstanden"
        "|ich bin nicht einverstanden|bin nicht einverstanden|ich bin damit nicht einverstanden"
        "|ich stimme nicht zu|stimme nicht zu|ich lehne ab|lehne ich ab|das lehne ich ab|ich lehne das ab"
        "|ich widerspreche|da widerspreche ich|sie durfen nicht|durfen sie nicht|das durfen sie nicht"
        "|naturlich nicht|sicher nicht|sicherlich nicht|garantiert nicht|niemals|ich verweigere"
        "|ich untersage|ich verbiete|kommt nicht in frage|nicht in ordnung|nicht okay|nicht ok"
        "|ich habe etwas dagegen|da habe ich etwas dagegen|hab was dagegen|ohne aufzeichnung"
        "|ohne aufnahme|keine aufzeichnung|keine aufnahme|nicht aufzeichnen|nicht aufnehmen|eher nicht"
        "|ich glaube nicht|glaube nicht|danke nein|das stort mich",
        hedge="ich weiss nicht|weiss nicht|weiss ich nicht|keine ahnung|vielleicht|eventuell"
        "|kommt drauf an|kommt darauf an|mal sehen|wie bitte|wie|was|warum|wieso|weshalb|wozu|wer|wann"
        "|welche|moment|einen moment|warten sie|mhm|hm|hmm|na ja|naja|von mir aus|meinetwegen"
        "|wenn es sein muss|wenn sie meinen|wenn|falls|ob|aber|unsicher|ich bin nicht sicher"
        "|ich bin mir nicht sicher|nicht sicher|ich denke|ich denke schon|ich glaube|ich glaube schon"
        "|glaube schon|wahrscheinlich|vermutlich|wohl|egal|ist mir egal|mir egal|entschuldigung"
        "|noch einmal|nochmal|muss das sein|muss ich|jein|ja und nein|ach so|achso|verstehe|spater"
        "|jetzt nicht|noch nicht|konnen sie mir|konnten sie|ja hallo|hallo|ja moment|nur wenn",
        negation="nicht|kein|keine|keinen|keiner|nie|niemals|ohne|nix|nichts|stoppen|abbrechen|verweigere",
        record="aufzeichnen|aufgezeichnet|aufzeichnung|aufnehmen|aufgenommen|aufnahme|zeichnen|nehmen"
        "|mitschneiden|mitgeschnitten|mitschnitt|aufzeichnet|aufnimmt",
        neutral="bitte|danke|vielen dank|dankeschon|danke schon|ah|ah ja|oh|ahm|eh|ehm|also|dann|und|das"
        "|es|damit|dazu|gesprach|das gesprach|dieses gesprach|fur mich|mit der aufzeichnung"
        "|der aufzeichnung|mit der aufnahme|ich|bin|auf|durfen sie|konnen sie machen|werden|fur|schulung"
        "|qualitat|ist|schon|sehr|so|gut|ruhig|herr|frau",
    ),
    intents=IntentPatterns(
        leading="hallo|guten tag|guten morgen|also|entschuldigung|entschuldigen sie|aber|und|moment|sagen"
        " sie|sag mal|sagen sie mal|eine frage|bitte|ja|nein|ah|ahm|na|ok|okay|nun|jetzt|halt|mal|gut"
        "|doch|danke",
        are_you_a_person=(
            r"(?:sind sie|bist du) (?:uberhaupt |denn |wirklich )?(?:menschlich|lebendig)",
            (
                rf"(?:sind sie|bist du|sie sind|du bist) (?:(?:denn|eigentlich|wirklich|tatsachlich"
                rf"|uberhaupt|etwa|eine?|einen|so|nur|auch|ja|doch|jetzt|gar|vielleicht|keine?|ne|n"
                rf"|hier) )*(?:{_THING}){_END}"
            ),
            (
                rf"(?:spreche? ich|rede? ich|bin ich|telefoniere ich|ich spreche|ich rede|habe ich es"
                rf"|hab ich es|ich hier) (?:(?:hier|da|denn|gerade|jetzt|eigentlich|wirklich|uberhaupt"
                rf"|etwa|tatsachlich|nur) )*(?:mit|zu) (?:(?:einem|einer|ner|nem) )?(?:{_THING}){_END}"
            ),
            (
                rf"(?:ist das|ist dies|ist da|ist hier|ist dort) (?:(?:hier|denn|eigentlich|jetzt|etwa"
                rf"|wirklich|nur|uberhaupt|am apparat|eine?|n|ne|nur) )*(?:{_THING}){_END}"
            ),
            (
                rf"ob (?:sie|du|ich mit|das) (?:(?:eine?|einem|einer|wirklich|hier|denn) )*(?:{_THING})"
                r" (?:sind|bist|spreche|rede|ist)"
            ),
            either(_KIND, "oder", "eine? |einem |einer |doch eine? |mit eine[mr] "),
            (
                r"(?:sie klingen|du klingst|das klingt) (?:ja )?wie (?:eine?|vom) (?:roboter|maschine"
                r"|computer|band)"
            ),
            r"^was (?:sind sie|bist du)(?: eigentlich| denn)?$",
        ),
        wants_person=(
            (
                r"^mit (?:einem|einer|jemandem) ?(?:echten )?(?:menschen|mitarbeiter(?:in)?"
                r"|berater(?:in)?|person)?(?: bitte)*$"
            ),
            r"^(?:bitte )?(?:durchstellen|weiterverbinden|verbinden)(?: bitte)*$",
            r"^ich (?:will|mochte) keine[n]? (?:roboter|maschine|computer|ki|bot)",
            (
                rf"(?<!nicht )(?<!bin ich )mit (?:(?:einem|einer|nem|ner|irgend|ihrem|ihrer|der"
                rf"|dem) )*{_PERSON} (?:\w+ ){{0,3}}?"
                r"(?:sprechen|reden|verbinden|verbunden|telefonieren|unterhalten|weiterverbinden)"
            ),
            (
                rf"(?:sprechen|reden|verbinden sie mich|verbinde mich|verbinden) (?:(?:bitte|mal|doch"
                rf"|gerne|gern|lieber|mich|jetzt) )*mit (?:(?:einem|einer|nem|der"
                rf"|dem) )?{_PERSON}(?! (?:gesprochen|geredet))"
            ),
            (
                rf"(?:geben sie mir|gib mir|holen sie mir|holen sie|geben sie mich"
                rf"|stellen sie mich) (?:(?:bitte|mal|doch|zu|an|jetzt) )*(?:(?:einen?|eine[mr]"
                rf"|nen) )?{_PERSON}"
            ),
            r"(?:ich will|ich mochte|ich brauche|ich hatte gern|ich hatte gerne|ich wunsche|ich verlange"
            r"|kann ich|konnte ich) (?:(?:gern|gerne|bitte|lieber|jetzt|sofort|mal|endlich) )*(?:einen"
            r"|eine|nen) (?:(?:echt|richtig|menschlich)en? )?(?:menschen|mensch|mitarbeiter(?:in)?"
            r"|berater(?:in)?|kundenberater(?:in)?|ansprechpartner)"
            + end("sprechen|haben|bitte|am telefon|und|§|der|die|keine"),
            (
                r"(?:nicht|ungern|keine lust) (?:\w+ ){0,2}?mit (?:einer|einem|ner|der|dem) (?:maschine"
                r"|roboter|computer|ki|bot|automaten)"
            ),
            r"(?:will|mochte) (?:\w+ ){0,2}?(?:jemanden|einen menschen|einen mitarbeiter) sprechen",
            r"(?:stellen|verbinden) sie mich (?:bitte )?(?:durch|weiter)",
            (
                r"^(?:einen? |der |den |echte[rn]? )*(?:mensch|menschen|mitarbeiter|mitarbeiterin|berater"
                r"|beraterin|person|operator|kundenberater|kundenservice)(?: (?:bitte|sofort|danke"
                r"|jetzt))*$"
            ),
        ),
        withdraws=(
            (
                r"(?:horen|hor) (?:sie )?(?:bitte )?(?:sofort )?auf mit (?:der|dieser) (?:aufnahme"
                r"|aufzeichnung)"
            ),
            (
                r"mit (?:der|dieser) (?:aufzeichnung|aufnahme) (?:bin ich )?(?:nicht|nicht mehr"
                r"|nicht langer) einverstanden"
            ),
            (
                r"^(?!.*\b(?:konnte|konnten|ich kann|kann ich|warum|wieso)\b).*\bnicht (?:mehr |weiter "
                r"|langer )?(?:aufzeichnen|aufnehmen|mitschneiden|aufzunehmen|aufzuzeichnen)"
            ),
            (
                r"(?:mochte|will|wollen|wunsche|einverstanden|soll|sollen"
                r"|darf) (?:\w+ ){0,7}?nicht (?:mehr |weiter )?(?:aufgezeichnet|aufgenommen"
                r"|mitgeschnitten|aufzeichnen|aufnehmen)"
            ),
            (
                r"(?:mochte|will|wunsche) nicht (?:mehr )?(?:dass )?(?:\w+ ){0,5}?(?:aufgezeichnet"
                r"|aufgenommen|mitgeschnitten|aufzeichnen|aufnehmen)"
            ),
            (
                r"nicht (?:damit )?einverstanden (?:dass |mit )(?:\w+ ){0,5}?(?:aufgezeichnet|aufgenommen"
                r"|aufzeichnung|aufnahme|aufzeichnen|aufnehmen)"
            ),
            r"^(?:bitte )?keine (?:gesprachs)?(?:aufzeichnung|aufnahme)n?(?: (?:mehr|bitte|danke))*$",
            r"(?:will|mochte|wunsche) (?:\w+ ){0,2}?keine (?:gesprachs)?(?:aufzeichnung|aufnahme)",
            (
                r"(?:stoppen|beenden|unterbrechen|stellen|schalten|brechen|halten|machen|stopp|stoppe"
                r"|loschen|stop) (?:sie )?(?:(?:bitte|sofort|jetzt|mal) )*(?:(?:die|diese|den"
                r"|ihre) )?(?:gesprachs)?(?:aufzeichnung|aufnahme|mitschnitt)"
            ),
            (
                r"(?:aufzeichnung|aufnahme|mitschnitt) (?:(?:bitte|sofort|jetzt|sofort) )*(?:stoppen"
                r"|beenden|abbrechen|ausschalten|abschalten|anhalten|loschen|stopp|stop|aus|ausmachen)"
            ),
            (
                r"(?:horen|hor|aufhoren) (?:sie )?(?:bitte )?(?:auf )?(?:\w+ ){0,3}?(?:aufzunehmen"
                r"|aufzuzeichnen|mitzuschneiden)"
            ),
            r"(?:zeichnen|nehmen|schneiden) sie (?:\w+ ){0,4}?nicht (?:mehr |weiter )?(?:auf|mit)$",
            r"ohne (?:gesprachs)?(?:aufzeichnung|aufnahme|mitschnitt)",
            r"(?:widerrufe|ziehe) (?:\w+ ){0,3}?(?:einwilligung|zustimmung|einverstandnis)",
            r"widerspreche (?:\w+ )?(?:der|dieser) (?:aufzeichnung|aufnahme)",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            r"hier spricht ein (?:echter )?mensch",
            (
                r"(?<!ob )(?<!dass )(?:ich bin|bin ich) (?:(?:wirklich|naturlich|tatsachlich|ja|doch"
                r"|selbstverstandlich|auch|eine?|so|wie sie) )*(?:(?:echt|richtig|lebend|wirklich"
                r"|ganz normal)e?[rs]? )?(?:mensch|person|frau|mann)(?! (?:§|[a-z]+ von))"
            ),
            (
                r"ich bin (?:eine? )?(?:echt|menschlich|richtig)e[r]? (?:mitarbeiter(?:in)?"
                r"|berater(?:in)?|agent(?:in)?)"
            ),
            rf"(?:ich bin|bin ich) (?:(?:doch|naturlich|wirklich|gar) )*keine? {_MACHINE}",
            (
                r"sie (?:sprechen|reden) (?:(?:hier|wirklich|gerade|tatsachlich) )*mit (?:einem"
                r"|einer) (?:(?:echt|richtig|lebend)e[nr] )?(?:menschen|person)"
            ),
            r"^als mensch (?:kann|weiss|verstehe|bin|wurde|habe)",
            r"ich bin (?:auch nur )?menschlich",
        ),
        licence=(
            (
                r"sie (?:sprechen|reden) (?:(?:hier|gerade|jetzt|wirklich) )*mit (?:einer?m?|ihrer?m?) "
                rf"(?:\w+[en] ){{0,2}}{_OFFICE}"
            ),
            (
                rf"(?<!ob )(?<!dass )(?:ich bin|bin ich) (?:(?:eine?|ihre?|auch|selbst|als|gelernte[r]?"
                rf"|ausgebildete[r]?|examinierte[r]?|zugelassene[r]?"
                rf"|staatlich anerkannte[r]?) )*{_OFFICE}"
            ),
            (
                rf"^als (?:(?:ihre?|ausgebildete[r]?|gelernte[r]?|examinierte[r]?) )?{_OFFICE} (?:kann"
                rf"|rate|empfehle|weiss|wurde|bin)"
            ),
            r"(?:ich bin|hier ist|hier spricht|mein name ist) (?:herr |frau )?(?:dr|doktor)(?:$| §| \w+)",
            r"ich habe (?:eine )?(?:approbation|zulassung als|anwaltszulassung)",
            (
                r"meine (?:arztliche|medizinische|fachliche|rechtliche|juristische) (?:meinung"
                r"|einschatzung|empfehlung)"
            ),
        ),
    ),
)
