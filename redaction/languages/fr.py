"""French: soixante-dix, quatre-vingts, septante; numbers in pairs, as French telephone numbers are said."""

from typing import Final

from redaction.languages import Table, phrases, words

TABLE: Final = Table(
    code="fr",
    units={
        "zéro": "0",
        "zero": "0",
        "un": "1",
        "une": "1",
        "deux": "2",
        "trois": "3",
        "quatre": "4",
        "cinq": "5",
        "six": "6",
        "sept": "7",
        "huit": "8",
        "neuf": "9",
    },
    closed={
        "dix": "10",
        "onze": "11",
        "douze": "12",
        "treize": "13",
        "quatorze": "14",
        "quinze": "15",
        "seize": "16",
    },
    tens={
        "vingt": "2",
        "trente": "3",
        "quarante": "4",
        "cinquante": "5",
        "soixante": "6",
        "septante": "7",
        "huitante": "8",
        "octante": "8",
        "nonante": "9",
    },
    hundred=words("cent cents"),
    thousand=words("mille mil"),
    million=words("million millions"),
    joins=words("et"),
    tens_join=True,
    vigesimal=True,
    pronouns=words("un une"),
    repeats={"double": 2, "triple": 3, "deux-fois": 2},
    fillers=phrases("euh|heu|hum|hmm|bah|ben|mm|ah"),
    pauses=phrases(
        "attendez|attends|un instant|une seconde|voyons|alors|oui|donc|et puis|puis|ensuite|et|et ensuite|voilà|"
        "d'accord|ok|bon|virgule|je crois|c'est|après|et après|suivi de|un moment|laissez-moi voir|espace|vous notez|"
        "et enfin|enfin|maintenant|vous y êtes|je regarde"
    ),
    separators=phrases("tiret|trait d'union|point|slash|barre|tiret bas"),
    corrections=phrases(
        "non|pardon|non pardon|non attendez|désolé|désolée|excusez-moi|je veux dire|je voulais dire|plutôt|"
        "je me trompe|je me suis trompé|je me suis trompée|erreur|correction|non non|oups|ah non|euh non|non désolé|"
        "enfin non|non plutôt|je rectifie|ou plutôt|non c'est"
    ),
    restarts=phrases(
        "je recommence|je reprends|on recommence|depuis le début|encore une fois|je répète|oubliez ça|"
        "je recommence depuis le début|reprenons"
    ),
    spelling={"alpha": "a", "anatole": "a", "berthe": "b", "célestin": "c", "désiré": "d", "eugène": "e"},
    letter_words={
        "bé": "b",
        "cé": "c",
        "dé": "d",
        "effe": "f",
        "gé": "g",
        "ache": "h",
        "ji": "j",
        "emme": "m",
        "enne": "n",
        "pé": "p",
        "erre": "r",
        "esse": "s",
        "té": "t",
        "vé": "v",
        "ixe": "x",
        "zède": "z",
    },
    as_in=phrases("comme|comme dans|pour|de"),
    capitals=words("majuscule minuscule grand petit"),
    weak_letters=words("a à y e i o u"),
    at=words("arobase arrobase at chez"),
    dot=words("point"),
    marks={"tiret": "-", "point": ".", "slash": "/", "underscore": "_", "plus": "+"},
    styling=phrases("tout en minuscules|en minuscules|tout attaché|tout en minuscule|en un mot|sans espace"),
    functions=words(
        "le la les un une des du de au aux à et ou mais donc en dans par pour sans sur avec est sont était suis "
        "ai as a "
        "avons ont ce cet cette ces c'est mon ma mes ton votre vos notre nos son sa ses leur me te se nous vous "
        "il elle "
        "ils elles je tu on qui que quoi dont où ne pas plus non oui très bien merci mail email e-mail adresse "
        "courriel "
        "écrire envoyer écrivez envoyez joindre site internet web page y si comme j'ai d'accord l'adresse "
        "bonjour alors"
    ),
    months={
        "janvier": 1,
        "février": 2,
        "fevrier": 2,
        "mars": 3,
        "avril": 4,
        "mai": 5,
        "juin": 6,
        "juillet": 7,
        "août": 8,
        "aout": 8,
        "septembre": 9,
        "octobre": 10,
        "novembre": 11,
        "décembre": 12,
        "decembre": 12,
    },
    ordinals={"premier": 1, "première": 1},
    date_joins=words("le de du"),
    units_after=words(
        "euros euro centimes dollars dollar francs pour minutes minute heures heure jours jour semaines semaine mois "
        "ans an années année fois degrés kilomètres mètres kilos grammes litres personnes enfants chambres étoiles "
        "points secondes seconde kilowatts gigas mégas millions unités pièces clients appels pages pourcent h demi"
    ),
    units_before=words(
        "chambre version modèle ligne vol porte quai page chapitre étape étage bus taille environ presque "
        "plus moins maximum minimum coûte coûtent prix montant total tapez touche option route vers à"
    ),
    year_before=words(
        "en depuis jusqu'en année de l'an janvier février mars avril mai juin juillet août septembre octobre "
        "novembre décembre fin début vers"
    ),
    plural_endings=("s",),
    cues={
        "PAN": "numéro de carte|carte|carte bancaire|carte de crédit|carte bleue|numéro de ma carte|visa|mastercard|"
        "numéro de la carte|carte de paiement|cb",
        "SECURITY_CODE": "code de vérification|code de la carte|code derrière|"
        "trois derniers chiffres|derniers chiffres au dos|trois petits chiffres|"
        "chiffres au dos|chiffres derrière|numéro au dos|petit numéro|"
        "numéros au dos|derrière ma carte|c v v|c v c|verso de la carte|"
        "au verso|code cvv|code cvc|le dos|dos de ma carte|"
        "cryptogramme|code de sécurité|cvv|cvc|au dos|trois chiffres|cryptogramme visuel|code "
        "au dos|"
        "derrière la carte|dos de la carte",
        "CARD_EXPIRY": "expire à la fin|expire en|expire le|expire à la fin de|valable jusqu'à|"
        "valable jusqu'à fin|valide jusqu'à|valide jusqu'à fin|valide jusqu'au|"
        "valable jusqu'à la fin de|date de fin|fin de validité|jusqu'à fin|"
        "périme en|elle expire en|"
        "expire|expiration|date d'expiration|date de validité|valable jusqu'en|valide jusqu'en|"
        "valable jusqu'au|date d'expiration est|expire fin",
        "PIN": "code pin|code secret|code confidentiel|pin",
        "IBAN": "iban",
        "BANK_ACCOUNT": "compte bancaire|numéro de compte|rib|compte courant|compte",
        "ROUTING_NUMBER": "code banque|bic|swift|code guichet",
        "NATIONAL_ID": "numéro de sécurité sociale|sécurité sociale|carte d'identité|numéro de carte d'identité|"
        "numéro fiscal|numéro de sécu|sécu|nir|identité|insee",
        "PASSPORT": "passeport|numéro de passeport",
        "DRIVER_LICENCE": "permis de conduire|numéro de permis|permis",
        "HEALTH_ID": "carte vitale|mutuelle|numéro d'adhérent|numéro de patient|dossier médical|numéro d'assuré",
        "PHONE": "téléphone|numéro de téléphone|portable|mobile|mon numéro|numéro est|joindre au|rappelez-moi|fax|"
        "numéro de portable|fixe|appelez-moi|rappeler au|mon numéro est|mon numéro c'est|telephone|numéro c'est",
        "POSTCODE": "code postal",
        "DATE_OF_BIRTH": "né|née|date de naissance|naissance|né le|née le|anniversaire",
        "ACCOUNT_NUMBER": "numéro de client|numéro client|numéro de contrat|contrat|numéro de commande|commande|"
        "numéro de dossier|dossier|référence|numéro de facture|facture|numéro de police|police|"
        "numéro de réservation|réservation|numéro d'abonné|identifiant|numéro de sinistre|numéro de référence",
        "PASSWORD": "mot de passe|code d'accès|code de vérification|mot secret|question secrète|code reçu",
        "VEHICLE_ID": "plaque|immatriculation|plaque d'immatriculation|numéro de châssis|numéro d'immatriculation",
        "DEVICE_ID": "numéro de série|imei",
        "IP_ADDRESS": "adresse ip|ip",
        "EMAIL": "email|e-mail|mail|courriel|adresse mail|adresse email|adresse e-mail|adresse électronique",
        "AGE": "âge",
        "NAME": "votre nom|nom de famille|prénom|votre prénom|nom et prénom|comment vous appelez-vous|nom complet",
        "ADDRESS": "votre adresse|adresse postale|adresse|domicile",
    },
    links=words(
        "est c'est le la les un une de du mon ma mes votre en numéro sont et euh alors oui donc ce à suivant "
        "voici bien au sur commence finit voilà s'est"
    ),
    asks=words(
        "quel quelle quels quelles pouvez pourriez donnez donner confirmer indiquer avoir besoin comment puis-je"
    ),
    name_cues=phrases(
        "je m'appelle|mon nom est|mon nom c'est|mon prénom est|nom de famille est|au nom de|"
        "mon nom de famille est|c'est de la part de|le titulaire est|s'appelle|nom est|prénom est|"
        "mon nom de famille c'est|mon prénom c'est|je parle à|je suis bien avec"
    ),
    weak_name_cues=phrases(
        "je suis|bonjour|merci|ici|c'est|ma femme|mon mari|mon fils|ma fille|allô|"
        "parler à|parler avec|cher|chère|au revoir|bonsoir"
    ),
    name_after=phrases("à l'appareil|au téléphone|à l'appareil"),
    titles=words("monsieur madame mademoiselle m mme mlle docteur dr maître"),
    name_particles=words("de du des la le d' van von"),
    not_names=words(
        "très bien pas plus client cliente désolé désolée sûr sûre content contente ici là en au aux le la les "
        "un une "
        "des du de mon ma votre que qui quoi monsieur madame pour par avec sans depuis dans sur abonné abonnée marié "
        "mariée célibataire intéressé intéressée janvier février mars avril mai juin juillet août septembre octobre "
        "novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche aujourd'hui demain hier bonjour merci "
        "oui non tout toute bon bonne beaucoup d'accord et je j'appelle j'habite né née numéro carte compte facture"
    ),
    street_before=words(
        "rue avenue boulevard place chemin allée allées quai impasse cours route passage square bd av "
        "faubourg esplanade"
    ),
    address_cues=phrases(
        "j'habite au|j'habite|mon adresse est|adresse est|j'habite à|mon adresse c'est|je vis au|"
        "domicilié au|domiciliée au|j'ai déménagé au|l'adresse est"
    ),
    unit_words=words("appartement appt étage bâtiment escalier porte"),
    voice={},
)
