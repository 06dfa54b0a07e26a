"""Italian: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:(?:vera|reale|vero) )?(?:persona(?: vera| reale| umana| in carne e ossa)?|uman[oa]|essere umano"
    r"|robot|macchina|computer|bot|chatbot|ia|i a|ai|intelligenza artificiale|programma|registrazione"
    r"|risponditore(?: automatico)?|assistente virtuale|voce automatica|sistema automatico"
    r"|voce registrata|operatore (?:vero|umano)|vera|reale)"
)
_KIND = r"persona|umano|robot|macchina|computer|bot|ia|registrazione|persona vera|vera persona|essere umano"
_END = end(r"o|oppure|vero|per favore|che|e|al telefono|dall altra parte|li|adesso|scusi|§|no|giusto|quella")
_PERSON = (
    r"(?:persona(?: vera| reale| umana| in carne e ossa)?|vera persona|altra persona|uman[oa]"
    r"|essere umano|operatore(?: umano| vero)?|operatrice|agente|qualcuno|consulente|collega|responsabile"
    r"|addett[oa]|impiegat[oa]|rappresentante|supervisore|assistenza clienti|servizio clienti)"
)
_ASKS = (
    r"vorrei|voglio|posso|potrei|devo|desidero|mi faccia|fatemi|fammi|preferisco|preferirei|bisogno di"
    r"|e possibile|si puo|per favore|vorremmo|pretendo|come faccio a"
)
_MACHINE = (
    r"(?:robot|bot|macchina|computer|programma|ia|i a|intelligenza artificiale|chatbot|registrazione"
    r"|assistente virtuale|risponditore)"
)
_OFFICE = (
    r"(?:infermier[ae]|medico|dottore|dottoressa|avvocat[oa]|farmacista|terapeuta|psicolog[oa]|psichiatra"
    r"|dentista|notaio|commercialista|consulente (?:finanziari[oa]|legale|fiscale)|ostetrica"
    r"|assistente sociale|professionista sanitari[oa])"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="si|si si|certo|certo che si|certamente|sicuro|sicuramente|va bene|vabbene|d accordo"
        "|daccordo|ok|okay|assolutamente si|ovviamente|ovvio|volentieri|nessun problema|non c e problema"
        "|non ce problema|senz altro|senzaltro|perfetto|prego|faccia pure|fate pure|come no|affermativo"
        "|con piacere|benissimo|molto volentieri|si certo|si grazie|esatto|si signore|si signora",
        agree="accetto|acconsento|autorizzo|vi autorizzo|la autorizzo|do il consenso|do il mio consenso"
        "|do il permesso|do l autorizzazione|ha il mio consenso|avete il mio consenso|sono d accordo"
        "|sono daccordo|puo registrare|potete registrare|puo farlo|potete farlo|registri pure"
        "|registrate pure|registri|registrate|per me va bene|mi va bene|a me va bene|non mi dispiace"
        "|non mi da fastidio|non ho obiezioni|nessuna obiezione|non ho problemi"
        "|non ho niente in contrario|niente in contrario|lo permetto|permetto|faccia|fate"
        "|non mi crea problemi|potete registrare la chiamata|puo registrare la chiamata",
        no="no|negativo|macche",
        refuse="no grazie|non voglio|non lo voglio|non accetto|non acconsento|non autorizzo"
        "|non vi autorizzo|non sono d accordo|non sono daccordo|mi rifiuto|rifiuto|mi oppongo"
        "|preferisco di no|preferirei di no|preferisco non|preferirei non|meglio di no|assolutamente no"
        "|certo che no|ovviamente no|di no|non puo|non potete|non registrate|non registri|non registrare"
        "|non mi registri|non mi registrate|senza registrare|senza registrazione|niente registrazione"
        "|nessuna registrazione|non desidero|neanche per sogno|per niente|non do il|non permetto"
        "|non lo permetto|credo di no|non mi va|non vorrei|non va bene",
        hedge="non so|non lo so|non saprei|boh|forse|puo darsi|dipende|non sono sicuro|non sono sicura"
        "|magari|suppongo|suppongo di si|credo|credo di si|penso|penso di si|come|che cosa|cosa|scusi"
        "|perche|chi|quando|quale|aspetti|un momento|un attimo|mah|mhm|mmm|uhm|se|ma|pero|se vuole"
        "|se volete|come vuole|come volete|e uguale|per me e uguale|mi e indifferente|fa lo stesso|ripeta"
        "|puo ripetere|non ho capito|capisco|ho capito|non ancora|non adesso|piu tardi|dopo|probabilmente"
        "|si puo sapere|pronto|si pronto|allora",
        negation="non|senza|mai|nessuna|nessuno|niente|smetta|smettete|rifiuto",
        record="registrare|registrata|registrato|registrazione|registri|registrate|registra|registrarmi"
        "|registrarla|registrando|registrazioni",
        neutral="per favore|per cortesia|grazie|mille grazie|grazie mille|molte grazie|signore|signora"
        "|signorina|eh|ah|ehm|beh|e|la chiamata|questa chiamata|chiamata|la telefonata|questa telefonata"
        "|la|pure|questo|tutto|per me|la registrazione|alla registrazione|con la registrazione"
        "|per la qualita|che|bene|io|puo|potete|lo|voglio",
    ),
    intents=IntentPatterns(
        leading="ciao|buongiorno|buonasera|pronto|allora|ma|scusi|senta|mi scusi|mi dica|per favore"
        "|aspetti|si|no|ah|eh|beh|ok|dunque|una domanda|quindi|grazie|ecco|mi dica una cosa|adesso|cioe",
        are_you_a_person=(
            r"^(?:ma )?(?:sei|lei e) (?:davvero )?vero$",
            (
                rf"^(?:e|sei|siete|sarebbe|non sei|non e) (?:(?:davvero|veramente|proprio|per caso|forse"
                rf"|una?|solo|mica|tu|lei|un) )*{_THING}{_END}"
            ),
            (
                rf"(?:lei e|e lei|tu sei|lei sarebbe|voi siete|ma sei) (?:(?:davvero|veramente|proprio"
                rf"|per caso|forse|una?|solo|mica|un) )*{_THING}{_END}"
            ),
            (
                rf"(?:sto parlando|parlo|sto conversando|ho a che fare|sono al telefono) (?:(?:davvero"
                rf"|veramente|per caso|forse|proprio) )*con (?:una? |un )?{_THING}{_END}"
            ),
            (
                rf"(?:questa|questo|quella|e questa|e questo) (?:e )?(?:una? "
                rf"|un )?{_THING}{_END}(?<!questa persona)"
            ),
            rf"mi (?:risponde|sta rispondendo) (?:una? |un )?{_THING}{_END}",
            rf"se (?:lei e|e|sei|sto parlando con|parlo con) (?:una? |un )?{_THING}{_END}",
            r"c e una (?:persona vera|vera persona|persona reale) (?:dall altra parte|al telefono|li)",
            either(_KIND, "o", "una? |un |con una? "),
            r"(?:sembra|sembri) (?:una? |un )?(?:robot|macchina|registrazione|computer)",
            r"^(?:cosa|che cosa) (?:sei|e lei)$",
        ),
        wants_person=(
            (
                r"^con (?:una?|un) (?:operatore|operatrice|persona|umano|consulente)(?: per favore| vera"
                r"| umano)*$"
            ),
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?parlare (?:\w+ )?con (?:(?:una?|un|l|il|la|qualche"
                rf"|un altra|uno dei vostri) )?{_PERSON}"
            ),
            rf"^parlare con (?:(?:una?|un|l|il|la) )?{_PERSON}",
            (
                rf"(?:mi passi|mi passa|passatemi|passami|passarmi|mi metta in contatto con|mi colleghi"
                rf"|mi trasferisca|trasferitemi|mettermi in contatto con|mettetemi in contatto con|mi dia"
                rf"|datemi|mi puo passare|mi potete passare|mi metta) (?:(?:con|a|ad) )?(?:(?:una?|un|l"
                rf"|il|la) )?{_PERSON}"
            ),
            r"(?:voglio|vorrei|mi serve|ho bisogno di|preferisco) (?:una?|un) (?:persona(?: vera| reale)?"
            r"|vera persona|operatore|operatrice|essere umano|umano)"
            + end("per favore|subito|adesso|e|non|§|vero|che mi"),
            r"non voglio parlare con (?:una? |un )?(?:macchina|robot|computer|bot|ia|risponditore)",
            (
                r"^(?:una? |un |l |il )?(?:operatore|operatrice|persona|umano|agente"
                r"|consulente)(?: (?:per favore|vero|umano|grazie|subito|vera))*$"
            ),
        ),
        withdraws=(
            (
                r"non (?:(?:mi|ci|la|lo) )?registr(?:are|i|ate|armi|arla|arci|iamo)(?! (?:i|il|nessun"
                r"|alcun|le|consumi)\b)"
            ),
            (
                r"(?:smetta|smettete|smettiate|smettila|smetti|smettere|fermi|fermate|ferma|interrompa"
                r"|interrompete|interrompi|blocchi|sospenda|spenga|spegnete|cancelli|cancellate|disattivi"
                r"|stop|basta) (?:(?:subito|per favore|di|la|questa|con|con la|alla) )*(?:registrare"
                r"|registrarmi|registrazione|registrazioni)"
            ),
            (
                r"non (?:voglio|desidero|vorrei|intendo) (?:(?:piu|che|mi|la|questa|chiamata|telefonata"
                r"|essere|venga|sia|lo|la|venire) )*(?:registrat[aoi]|registri|registriate|registrare"
                r"|registrazione)"
            ),
            r"(?:non acconsento|non autorizzo|mi oppongo|non accetto) (?:\w+ ){0,2}?registra\w+",
            (
                r"senza (?:(?:la|essere|che mi|alcuna|venire) )?(?:registrare|registrazione|registrat[oa]"
                r"|registriate)"
            ),
            r"(?:revoco|ritiro) (?:il )?(?:mio )?consenso",
            r"^(?:niente|nessuna) registrazione(?: (?:per favore|grazie))*$",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            (
                r"(?<!non )(?<!se )(?<!dire che )(?<!fingere che )sono (?:(?:davvero|veramente|proprio"
                r"|anche|certo|io) )*(?:una? |un )?(?:(?:vera|vero) )?(?:persona|uman[oa]|essere umano"
                r"|donna|uomo)"
            ),
            r"(?<!non )sono (?:una? |un )?(?:operatore|operatrice|consulente) (?:uman[oa]|ver[oa]|reale)",
            rf"non sono (?:affatto |mica )?(?:una? |un )?{_MACHINE}",
            (
                r"(?:sta|stai) parlando con (?:una? |un )?(?:(?:vera|vero) )?(?:persona|uman[oa]"
                r"|essere umano)"
            ),
            r"^(?:da|come) essere umano",
        ),
        licence=(
            rf"(?:sta|stai) parlando con (?:una?|un|il suo|la sua) (?:(?:vera|vero) )?{_OFFICE}",
            (
                rf"(?<!non )(?<!se )(?<!dire che )(?<!fingere che )sono (?:(?:il|la|suo|sua|una?|un|anche"
                rf"|un) )*{_OFFICE}"
            ),
            rf"^(?:come|da) (?:suo |sua )?{_OFFICE} (?:posso|le|io|vi)",
            r"(?:sono|mi chiamo|parla) (?:il |la )?(?:dott|dottor|dottoressa|avv)(?:$| §| \w+)",
            r"ho (?:la|una) (?:laurea in|licenza|abilitazione)",
            r"(?:il mio parere|la mia opinione) (?:medic[oa]|professionale|legale|clinic[oa])",
        ),
    ),
)
