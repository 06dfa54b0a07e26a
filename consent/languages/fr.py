"""French: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:(?:vrai|vraie|reelle|veritable|simple) )?(?:personne(?: reelle| humaine| physique"
    r"| en chair et en os)?|humain[e]?|etre humain|robot|machine|ordinateur|bot|chatbot|ia|i a"
    r"|intelligence artificielle|programme|enregistrement|repondeur|assistante? virtuelle?"
    r"|assistant virtuel|automate|voix automatique|voix de synthese|logiciel|serveur vocal"
    r"|conseiller humain|vrai conseiller|reel|reelle)"
)
_KIND = (
    r"personne|personne reelle|vraie personne|humain|etre humain|robot|machine|ordinateur|bot|ia"
    r"|enregistrement|intelligence artificielle"
)
_END = end(
    r"ou|s il vous plait|au bout|en ligne|la|qui|hein|n est ce pas|non|et|en fait|au telephone|maintenant"
    r"|ou bien|§|qui me|derriere|parce"
)
_PERSON = (
    r"(?:personne(?: reelle| humaine)?|vraie personne|autre personne|humain|etre humain|vrai humain"
    r"|conseillere?|conseillers|operateur|operatrice|agent|quelqu ?un|responsable|collegue|employee?"
    r"|representant|service client|service clients|teleconseillere?|superviseur|vrai conseiller"
    r"|charge de clientele)"
)
_ASKS = (
    r"je veux|je voudrais|j aimerais|jaimerais|je souhaite|je souhaiterais|puis je|je peux|pourrais je"
    r"|j ai besoin|laissez moi|je prefere|je prefererais|peut on|possible|je desire|pourrait on"
    r"|je prefererai|j exige|il faut|je dois|on peut"
)
_MACHINE = (
    r"(?:robot|bot|machine|ordinateur|programme|ia|intelligence artificielle|chatbot|enregistrement"
    r"|automate|assistante? virtuelle?|assistant virtuel)"
)
_OFFICE = (
    r"(?:infirmiere?|medecin|docteure?|avocate?|pharmacien(?:ne)?|therapeute|psychologue|psychiatre"
    r"|dentiste|notaire|comptable|conseillere? (?:financiere?|juridique|fiscale?)"
    r"|professionnel(?:le)? de sante|assistante? sociale?|sage femme)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="oui|ouais|oui oui|mais oui|bien sur|bien sur que oui|d accord|daccord|ok|okay|entendu"
        "|volontiers|absolument|tout a fait|certainement|allez y|pas de probleme|pas de souci"
        "|aucun probleme|aucun souci|sans probleme|parfait|avec plaisir|c est bon|cest bon|ca marche"
        "|c est d accord|cest d accord|affirmatif|exactement|evidemment|c est ok|cest ok|tres bien|ca va",
        agree="j accepte|jaccepte|je suis d accord|je suis daccord|je consens|j y consens|j autorise"
        "|jautorise|je vous autorise|je donne mon accord|je donne mon consentement|vous avez mon accord"
        "|vous pouvez enregistrer|vous pouvez|enregistrez|je veux bien|ca ne me derange pas"
        "|ca me derange pas|cela ne me derange pas|ca ne me gene pas|je n ai pas d objection"
        "|pas d objection|aucune objection|je n y vois pas d inconvenient|pas d inconvenient|je l accepte"
        "|je le veux bien|faites|faites donc|je permets|je le permets|ca me va|ca me convient"
        "|je n ai rien contre",
        no="non|nan|negatif|non non",
        refuse="non merci|je refuse|je ne veux pas|je veux pas|je ne suis pas d accord"
        "|je suis pas d accord|pas d accord|pas daccord|je n accepte pas|j accepte pas|je m oppose"
        "|je m y oppose|je ne souhaite pas|je souhaite pas|je prefere pas|je prefere que non"
        "|je ne prefere pas|je preferais pas|surtout pas|pas question|hors de question|certainement pas"
        "|absolument pas|bien sur que non|vous ne pouvez pas|vous pouvez pas|je ne consens pas"
        "|je ne vous autorise pas|je n autorise pas|sans enregistrer|sans enregistrement"
        "|pas d enregistrement|ne m enregistrez pas|n enregistrez pas|ne pas enregistrer|pas enregistrer"
        "|jamais de la vie|je prefererais pas|je ne prefererais pas|je prefererais que non|plutot pas"
        "|non pas du tout|arretez l enregistrement|je crois pas|je ne crois pas|je ne pense pas",
        hedge="je ne sais pas|je sais pas|chais pas|je sais plus|peut etre|pas sur|je ne suis pas sur"
        "|je suis pas sur|ca depend|cela depend|comment|quoi|pardon|pourquoi|qui|quand|quel|quelle"
        "|attendez|un instant|un moment|hum|hmm|mmh|si vous voulez|comme vous voulez|si|mais|bof"
        "|j imagine|je suppose|je crois|je crois que oui|je pense|sans doute|probablement|est ce que"
        "|vous pouvez repeter|repetez|ca m est egal|peu importe|s il faut|puisqu il le faut|je comprends"
        "|pas maintenant|plus tard|pouvez vous|c est a dire|eventuellement|pour quoi faire",
        negation="pas|ne|jamais|sans|non|aucun|aucune|arretez|n|refuse",
        record="enregistrer|enregistre|enregistree|enregistrez|enregistrement|enregistrements|enregistres",
        neutral="merci|s il vous plait|sil vous plait|merci beaucoup|monsieur|madame|euh|ah|eh bien|alors"
        "|donc|et|cet appel|l appel|appel|cette conversation|la conversation|ca|cela|bien|je|pour|moi"
        "|pour moi|avec|vous|a|l|le|la|que|soit|a l enregistrement|pour la qualite|la qualite|maintenant",
    ),
    intents=IntentPatterns(
        leading="bonjour|allo|alors|mais|et|euh|dites|dites moi|excusez moi|pardon|s il vous plait"
        "|attendez|ecoutez|non|oui|bon|ah|donc|une question|est ce que|ok|d accord|en fait|merci",
        are_you_a_person=(
            (
                r"suis je (?:bien |vraiment )?(?:en ligne|en train de discuter) avec (?:une? )?(?:robot"
                r"|machine|ordinateur|humain|ia|bot|personne)"
            ),
            (
                r"(?:vous etes|vous n etes pas|tu es) (?:une? )?(?:intelligence artificielle|robot"
                r"|machine|ia) (?:c est ca|ou quoi|pas vrai)"
            ),
            r"vous n etes pas (?:une? )?(?:robot|machine|ia|ordinateur|humaine?|vraie personne)",
            (
                rf"(?:etes vous|vous etes|es tu|tu es|t es|seriez vous|n etes vous pas"
                rf"|vous seriez) (?:(?:vraiment|bien|reellement|juste|pas|en fait|seulement"
                rf"|donc) )*(?:une? )?{_THING}{_END}"
            ),
            (
                rf"(?:je parle|suis je en train de parler|je suis en train de parler|parle je"
                rf"|ai je affaire|j ai affaire|je m adresse|est ce que je parle|je discute"
                rf"|je suis en ligne) (?:(?:bien|vraiment|reellement|la) )*(?:a"
                rf"|avec) (?:une? )?{_THING}{_END}"
            ),
            (
                rf"(?:c est|cest|est ce|est ce que c est|s agit il d) (?:(?:vraiment|bien"
                rf"|juste) )*(?:une? )?(?!personne){_THING}{_END}"
            ),
            rf"si (?:vous etes|c est|je parle a|je parle avec|tu es) (?:une? )?{_THING}{_END}",
            (
                r"il y a (?:vraiment )?(?:une vraie personne|un humain|quelqu un de reel"
                r"|un etre humain) (?:au bout|en ligne|la|derriere)"
            ),
            r"y a t il (?:une vraie personne|un humain|un etre humain)",
            either(_KIND, "ou", "une? |a une? |bien une? |d une? "),
            (
                r"(?:vous avez l air d|on dirait|vous parlez comme) (?:une? )?(?:robot|machine"
                r"|enregistrement)"
            ),
            r"^(?:qu est ce que vous etes|vous etes quoi|qu etes vous)$",
        ),
        wants_person=(
            r"^je (?:veux|voudrais) quelqu ?un(?: s il vous plait| de reel)*$",
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?(?:parler|discuter|echanger|joindre|avoir|relation|contact"
                rf"|parle) (?:\w+ )?(?:(?:a|avec|au|aux) )?(?:(?:une?|l|le|la|votre|vos|des) )?{_PERSON}"
            ),
            rf"^(?:parler|discuter) (?:(?:a|avec|au) )(?:(?:une?|le|la|votre) )?{_PERSON}",
            (
                rf"(?:passez moi|passe moi|transferez moi|transferez vers|mettez moi en (?:relation"
                rf"|contact|ligne) avec|connectez moi|me passer|me transferer|me mettre en (?:relation"
                rf"|contact|ligne) avec|vous me passez|basculez moi|donnez moi) (?:(?:a|avec"
                rf"|vers) )?(?:(?:une?|le|la|votre) )?{_PERSON}"
            ),
            r"(?:je veux|je voudrais|il me faut|j ai besoin d) (?:une? )?(?:vraie personne|humain"
            r"|etre humain|conseillere?|operateur|agent)"
            + end(
                "s il vous plait|tout de suite|maintenant|pas"
                r"|et|§|qui"
            ),
            (
                r"(?:ne )?(?:veux|souhaite) pas (?:parler|discuter) (?:a|avec) (?:une? )?(?:robot|machine"
                r"|ordinateur|bot|ia|automate|repondeur)"
            ),
            (
                r"^(?:une? |le |la )?(?:conseillere?|operateur|operatrice|agent|humain|vraie personne"
                r"|etre humain)(?: (?:s il vous plait|svp|merci|humain))*$"
            ),
            (
                r"^(?:une personne|quelqu ?un)(?: (?:s il vous plait|reelle|merci))*$"
                r"|^personne s il vous plait$"
            ),
        ),
        withdraws=(
            r"je refuse (?:(?:d|l|cet|que|etre|cet appel|soit) )*enregistr\w+",
            r"ne (?:pas|plus) (?:(?:m|l|nous|me|etre) )*enregistr(?:er|ee?)",
            r"(?:n|ne m|ne l|ne nous|m|ne) ?enregistrez (?:pas|plus)",
            r"enregistrez (?:pas|plus)(?: (?:l appel|cet appel|s il vous plait|ca|cette conversation))*$",
            (
                r"^(?:surtout )?(?:pas|plus) (?:d enregistrement|enregistrer)(?: (?:s il vous plait|merci"
                r"|de l appel))*$"
            ),
            (
                r"(?:arretez|arreter|arrete|cessez|stoppez|stopper|stop|coupez|couper|suspendez"
                r"|interrompez|desactivez|eteignez|annulez|supprimez|effacez) (?:(?:tout de suite"
                r"|immediatement|de|d|m|me|l|cet|cette|s il vous plait|nous|votre) )*(?:enregistrer"
                r"|enregistrement)"
            ),
            (
                r"(?:veux|souhaite|desire|accepte|voudrais|autorise|consens|prefere|prefererais) (?:pas"
                r"|plus|ne pas) (?:\w+ ){0,5}?enregistr(?:er|ee?|es|ement|ez|iez)"
            ),
            r"(?:je retire|je revoque) mon (?:consentement|accord|autorisation)",
            r"(?:m oppose|opposee?) a (?:l|cet|tout|ce que \w+) ?enregistr\w+",
            r"sans (?:(?:etre|m|l|nous|me|cet|aucun) )*enregistr(?:er|ee?|ement)",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            (
                r"(?<!si )(?<!dire que )(?<!pretendre que )je suis (?:(?:vraiment|bien|reellement|aussi"
                r"|bel et bien|tout a fait|en fait) )*(?:une? )?(?:(?:vraie?|veritable"
                r"|simple) )?(?:personne|humaine?|etre humain|femme|homme)"
            ),
            r"je suis (?:une? )?(?:(?:vraie?) )?(?:conseillere?|agent|operateur|operatrice) humaine?",
            rf"je ne suis pas (?:une? )?{_MACHINE}|je suis pas (?:une? )?{_MACHINE}",
            (
                r"vous (?:parlez|etes en train de parler) (?:bien |vraiment |actuellement )?(?:a"
                r"|avec) (?:une? )?(?:(?:vraie?|veritable) )?(?:personne|humaine?|etre humain)"
            ),
            r"^en tant qu (?:humaine?|etre humain|e?tre humain)",
        ),
        licence=(
            rf"vous (?:parlez|etes en train de parler) (?:bien |vraiment )?(?:a|avec) (?:une?|votre) {_OFFICE}",
            (
                rf"(?<!si )(?<!dire que )(?<!pretendre que )je suis (?:(?:votre|une?|le|la|aussi"
                rf"|l) )*{_OFFICE}"
            ),
            rf"^en tant que? (?:(?:votre) )?{_OFFICE}",
            r"^en tant qu (?:infirmiere?|avocate?|assistante? sociale?)",
            r"(?:je suis|ici|je m appelle) (?:le |la )?(?:dr|docteur)(?:$| §| \w+)",
            (
                r"j ai (?:une? )?(?:licence|diplome) (?:de|d|en) (?:medecine|medecin|infirmiere?|avocat"
                r"|droit|pharmacie)"
            ),
            r"mon avis (?:medical|professionnel|juridique)",
        ),
    ),
)
