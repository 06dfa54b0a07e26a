"""By language: what callers in danger say. Folded words; no clinician has read them yet."""

from collections.abc import Mapping
from typing import Final

#: Indirect words count; a false alarm costs a sentence.
SELF_HARM: Final[Mapping[str, str]] = {
    "en": (
        r"kill(?:ing)? myself|end(?:ing)? my life|end it all|take my (?:own )?life|suicid(?:e|al)"
        r"|want(?:ing)? to die|dont want to live|do not want to live|hurt(?:ing)? myself|harm(?:ing)? "
        r"myself|cut(?:ting)? myself|better off dead|no reason to live|cant go on(?: living| any "
        r"?more)?$"
    ),
    "es": (
        r"matarme|suicid\w*|quitarme la vida|acabar con mi vida|terminar con mi vida|quiero "
        r"morir(?:me)?|no quiero (?:seguir )?(?:viviendo|vivir)|hacerme dano|no tengo razones para "
        r"vivir"
    ),
    "fr": (
        r"me (?:suicider|tuer)|suicid\w*|en finir(?: avec la vie)?|mettre fin a mes jours|je veux "
        r"mourir|envie de mourir|plus envie de vivre|me faire du mal|ne veux plus vivre"
    ),
    "de": (
        r"mich (?:umbringen|toten)|umbringe mich|bringe mich um|suizid\w*|selbstmord\w*|(?:mir )?das "
        r"leben nehmen|nicht mehr leben|will sterben|mochte sterben|mir etwas antun|mich (?:ritzen"
        r"|verletzen)|keinen sinn mehr"
    ),
    "it": (
        r"uccidermi|ammazzarmi|suicid\w*|togliermi la vita|farla finita|voglio morire|non voglio piu "
        r"vivere|farmi del male"
    ),
    "pt": (
        r"matar me|me matar|suicid\w*|acabar com a minha vida|tirar a minha vida|quero morrer|nao "
        r"quero (?:mais )?viver|magoar me|me machucar"
    ),
    "nl": (
        r"(?:mezelf|mijzelf|me zelf) (?:doden|van kant maken|iets aandoen|pijn doen|snijden)"
        r"|zelfmoord\w*|suicid\w*|een eind(?:e)? aan mijn leven|wil (?:ik )?(?:niet meer leven|dood)"
        r"|ik wil sterven|niet meer leven"
    ),
    "pl": (
        r"zabic sie|zabije sie|samoboj\w*|odebrac sobie zycie|skonczyc ze soba|chce umrzec|nie chce "
        r"(?:juz )?zyc|zrobic sobie krzywde"
    ),
}

EMERGENCY: Final[Mapping[str, str]] = {
    "en": (
        r"heart attack|having a stroke|cant breathe|cannot breathe|not breathing|unconscious|overdose"
        r"|bleeding (?:badly|a lot|heavily)|call an ambulance|need an ambulance|medical emergency"
        r"|(?:house|home|building|kitchen|apartment|flat|meter) is (?:on fire|burning)|on fire|smell "
        r"(?:of )?gas|gas leak|someone (?:is )?(?:breaking in|has a gun|attacking me)|he ?s (?:hitting"
        r"|beating) me|he is (?:hitting|beating) me|being attacked|going to kill me"
    ),
    "es": (
        r"infarto|ataque al corazon|derrame cerebral|no puedo respirar|no respira|inconsciente"
        r"|sobredosis|sangrando mucho|una ambulancia|emergencia medica|(?:se )?(?:esta )?quemando|hay "
        r"(?:un )?(?:fuego|incendio)|huele a gas|fuga de gas|me esta pegando|me estan atacando|me va "
        r"a matar"
    ),
    "fr": (
        r"crise cardiaque|infarctus|un avc|(?:n arrive|arrive) (?:pas|plus) a respirer|ne respire "
        r"(?:pas|plus)|inconscient\w*|overdose|saigne beaucoup|une ambulance|urgence medicale|(?:en "
        r"feu|au feu|incendie)|(?:odeur|fuite|sent le) (?:de )?gaz|il me frappe|on m attaque|va me "
        r"tuer"
    ),
    "de": (
        r"herzinfarkt|schlaganfall|keine luft(?: mehr)?|kann nicht atmen|atmet nicht|bewusstlos"
        r"|uberdosis|blutet stark|krankenwagen|rettungswagen|notarzt|medizinischer notfall|es brennt"
        r"|brennt (?:es|das haus|die wohnung)|feuer in|riecht nach gas|gasgeruch|schlagt mich"
        r"|uberfallen|bringt mich um"
    ),
    "it": (
        r"infarto|un ictus|non riesco a respirare|non respira|svenut[oa]|incosciente|overdose"
        r"|sanguina molto|un ambulanza|emergenza medica|(?:va|in) (?:a )?fuoco|un incendio|(?:odore"
        r"|fuga|puzza) di gas|mi sta picchiando|mi stanno aggredendo|mi uccide"
    ),
    "pt": (
        r"ataque cardiaco|enfarte|infarto|(?:um )?avc|nao consigo respirar|nao respira|inconsciente"
        r"|overdose|sangrando muito|a sangrar muito|uma ambulancia|emergencia medica|(?:a arder"
        r"|pegando fogo|incendio)|cheiro a gas|cheiro de gas|fuga de gas|vazamento de gas|esta a "
        r"bater me|esta me batendo|vai me matar"
    ),
    "nl": (
        r"hartaanval|beroerte|krijg geen lucht|kan niet ademen|ademt niet|bewusteloos|overdosis"
        r"|bloedt hevig|ambulance|medisch noodgeval|(?:er is )?brand|staat in brand|ruik gas|gaslucht"
        r"|gaslek|slaat me|word aangevallen|vermoordt me"
    ),
    "pl": (
        r"zawal|udar|nie moge oddychac|nie oddycha|nieprzytomn\w*|przedawkowa\w*|mocno krwawi"
        r"|karetk\w*|pogotowie|pali sie|pozar|ulatnia sie gaz|czuc gaz|wyciek gazu|bije mnie"
        r"|napadl\w* mnie|zabije mnie"
    ),
}
