"""Spanish: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:persona(?: real| de verdad| humana| de carne y hueso| viva)?|human[oa]|ser humano|robot|maquina"
    r"|ordenador|computadora|bot|chatbot|ia|inteligencia artificial|programa|grabacion"
    r"|contestador(?: automatico)?|asistente virtual|sistema automatico|voz automatica|algoritmo"
    r"|alguien real|alguien de verdad|real|de verdad)"
)
_KIND = r"persona|humano|humana|robot|maquina|ordenador|computadora|bot|ia|grabacion|persona real"
_END = end(
    r"o|no|verdad|por favor|la que|quien|el que|hablando|ahora|y|usted|cierto|acaso|§|oiga|quien me habla"
)
_PERSON = (
    r"(?:persona(?: real| de verdad| humana)?|human[oa]|ser humano|agente(?: humano)?|operador[a]?"
    r"|asesor[a]?|representante|alguien|teleoperador[a]?|gestor[a]?|encargad[oa]|supervisor[a]?"
    r"|responsable|emplead[oa]|companer[oa]|ejecutiv[oa]|atencion al cliente|servicio al cliente)"
)
_ASKS = (
    r"quiero|quisiera|queria|puedo|podria|necesito|me gustaria|deseo|prefiero|preferiria|dejeme|dejame"
    r"|por favor|se puede|es posible|hay forma de|exijo|tengo que|querria|solo|como hago para"
)
_MACHINE = (
    r"(?:robot|bot|maquina|ordenador|computadora|programa|ia|inteligencia artificial|chatbot|grabacion"
    r"|asistente virtual)"
)
_OFFICE = (
    r"(?:enfermer[oa]|doctor[a]?|medic[oa]|abogad[oa]|farmaceutic[oa]|terapeuta|psicolog[oa]|psiquiatra"
    r"|dentista|matrona|notari[oa]|contable|asesor[a]? (?:financier[oa]|fiscal|legal)"
    r"|profesional (?:medico|sanitario|de la salud)|trabajador[a]? social|paramedic[oa])"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="si|si si|claro|claro que si|por supuesto|desde luego|vale|ok|okay|de acuerdo|adelante"
        "|bueno si|afirmativo|como no|perfecto|conforme|esta bien|muy bien|sin problema|no hay problema"
        "|ningun problema|no hay ningun problema|con mucho gusto|con gusto|correcto|venga si|si senor"
        "|si senora|por mi si",
        agree="acepto|si acepto|autorizo|lo autorizo|consiento|doy mi consentimiento|doy mi permiso"
        "|doy mi autorizacion|tiene mi permiso|tienen mi permiso|tiene mi consentimiento|estoy de acuerdo"
        "|puede grabar|pueden grabar|puede grabarla|pueden grabarla|puede grabarme"
        "|puede grabar la llamada|pueden grabar la llamada|grabe|graben|grabela|grabenla|lo permito"
        "|se lo permito|me parece bien|no me importa|no me molesta|no tengo inconveniente"
        "|no tengo problema|puede hacerlo|pueden hacerlo|si quiero|hagalo|haganlo"
        "|no tengo ningun problema|no tengo ningun inconveniente|si no hay problema",
        no="no|que va|negativo|nones|nop",
        refuse="no gracias|no quiero|no lo quiero|no acepto|no autorizo|no lo autorizo|no consiento"
        "|no permito|no lo permito|me niego|me opongo|no estoy de acuerdo|no doy mi|prefiero que no"
        "|mejor no|de ninguna manera|en absoluto|para nada|claro que no|por supuesto que no"
        "|desde luego que no|ni hablar|no puede|no pueden|sin grabar|sin grabacion|sin grabarla|rechazo"
        "|que no|no deseo|no me grabe|no me graben|no grabe|no graben|no grabar|no la grabe|no la graben"
        "|creo que no|no se grabe|no se graba|no se puede grabar|deje de grabar|dejen de grabar"
        "|no de acuerdo",
        hedge="no se|no lo se|no estoy seguro|no estoy segura|quiza|quizas|tal vez|puede ser|a lo mejor"
        "|depende|supongo|supongo que si|creo que si|creo|como|que|perdon|perdone|disculpe|por que"
        "|para que|quien|cuando|cual|espere|un momento|mmm|aja|ya|ya veo|da igual|me da igual|como quiera"
        "|como quieran|lo que quiera|si quiere|si quieren|si no|repita|puede repetir|aunque|pero|si me"
        "|si se|si es|si la|si lo|si hay|bueno|entiendo|todavia no|ahora no|luego|mas tarde|a ver|y si"
        "|no entiendo",
        negation="no|nunca|sin|jamas|tampoco|dejar|deje|dejen|pare|paren",
        record="grabar|grabe|graben|grabada|grabado|grabacion|graba|graban|grabarla|grabarme|grabarlo"
        "|grabando|grabarnos|registrar|grabaciones|grabes",
        neutral="por favor|gracias|muchas gracias|muy amable|senor|senora|senorita|la|esta|llamada"
        "|la llamada|esta llamada|eh|ah|pues|entonces|y|con|eso|que graben|que grabe|que se grabe|yo|mi"
        "|parte|por mi parte|puede|pueden|quiero|la grabacion|con la grabacion|de|para|calidad|formacion"
        "|ahora",
    ),
    intents=IntentPatterns(
        leading="hola|oiga|oye|perdone|perdon|disculpe|pero|y|entonces|digame|dime|una pregunta|por favor"
        "|bueno|a ver|si|no|eh|pues|espere|un momento|ah|senorita|senor|ahora|que|mire|buenos dias"
        "|buenas tardes|buenas",
        are_you_a_person=(
            (
                rf"^(?:no )?(?:es|eres|sera|son) (?:(?:usted|tu|vos|esto|eso|realmente|acaso|de verdad"
                rf"|solo) )*(?:una? )?{_THING}{_END}"
            ),
            (
                rf"(?:es|eres|sera|son|usted es|tu eres|vos sos|sos) (?:usted |tu "
                rf"|ustedes )(?:(?:realmente|de verdad|solo|acaso) )*(?:una? )?{_THING}{_END}"
            ),
            (
                rf"(?:usted es|tu eres|vos sos|sos|eres) (?:(?:realmente|de verdad|solo"
                rf"|acaso) )*(?:una? )?{_THING}{_END}"
            ),
            (
                rf"(?:hablo|estoy hablando|estoy al telefono|hablando|me comunico) (?:(?:realmente"
                rf"|de verdad|ahora) )*con (?:una? )?{_THING}{_END}"
            ),
            rf"(?:esto es|esta es|es esto|es esta) (?:una? )?{_THING}{_END}",
            (
                rf"(?:me atiende|me esta atendiendo|me contesta|quien me habla es"
                rf"|quien habla es) (?:una? )?{_THING}{_END}"
            ),
            (
                rf"si (?:es|eres|usted es|hablo con|estoy hablando con) (?:usted "
                rf"|tu )?(?:una? )?{_THING}{_END}"
            ),
            r"hay (?:una persona|alguien) (?:real|de verdad) (?:ahi|al otro lado|al telefono)",
            either(_KIND, "o", "una? "),
            r"parece(?:s)? (?:una? )?(?:robot|maquina|grabacion|computadora)",
            r"suena(?:s)? (?:a|como) (?:una? )?(?:robot|maquina|grabacion|computadora)",
            r"^que (?:eres|es usted|sos)$",
        ),
        wants_person=(
            (
                r"^con (?:una?|otra) (?:persona|agente|operador[a]?|asesor[a]?|human[oa])(?: por favor"
                r"| real)*$"
            ),
            (
                r"(?:puede|puedes|podria) pasar(?:me)? con (?:alguien|una persona|un agente|un asesor"
                r"|otra persona)"
            ),
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?(?:hablar|comunicarme|contactar|conversar|platicar"
                rf"|charlar) (?:\w+ )?con (?:(?:una?|algun|alguna|el|la|otra|otro|su) )?{_PERSON}"
            ),
            rf"^(?:hablar|comunicar) con (?:(?:una?|algun|alguna|el|la|otra|otro) )?{_PERSON}",
            (
                rf"(?:paseme|pasame|pase|pasarme|comuniqueme|comunicame|comunicarme|transfierame"
                rf"|transferirme|pongame|ponme|conecteme|deme|dame|me pasa|me pasas|me comunica|me pone"
                rf"|me transfiere|me conecta|me da) (?:por favor )?(?:a |con |al )?(?:(?:una?|algun"
                rf"|alguna|el|la|otro|otra) )?{_PERSON}"
            ),
            rf"(?:que me atienda|me atienda|atiendame|ser atendid[oa] por) (?:una? |otra )?{_PERSON}",
            r"(?:quiero|necesito|quisiera|prefiero) (?:a )?(?:una?|un) (?:persona|human[oa]|ser humano"
            r"|agente|operador[a]?|asesor[a]?|representante)"
            + end("por favor|real|ya|ahora|de verdad|y|no|§|que me"),
            (
                r"no quiero hablar (?:mas )?con (?:una? )?(?:maquina|robot|bot|computadora|ordenador|ia"
                r"|grabacion)"
            ),
            (
                r"^(?:una? |el |la )?(?:persona|operador[a]?|agente|human[oa]|representante"
                r"|asesor[a]?)(?: (?:real|humano|por favor|ya|gracias))*$"
            ),
        ),
        withdraws=(
            r"no (?:(?:me|nos|la|lo|se) )?grab(?:e|en|es|ar|arme|arla|arlo|arnos|eis)",
            (
                r"(?:deje|dejen|deja|dejar|dejad|pare|paren|detenga|detengan|interrumpa|interrumpan"
                r"|suspenda|corte|corten|termine|apague|apaguen|cancele|desactive|quite|borre|borren"
                r"|parar|detener|basta) (?:(?:de|por favor|ya|la|esta|su|con) )*(?:grabar|grabarme"
                r"|grabarnos|grabacion|grabadora)"
            ),
            r"para de grabar",
            (
                r"no (?:quiero|deseo|autorizo|acepto|consiento|permito) (?:(?:que|me|se|la|esta|llamada"
                r"|mas|sea|ser|nos|lo|siga|sigan|estar|en) )*(?:grab(?:e|en|ada|ado|ados|ando|ar)"
                r"|grabacion|grabaciones)"
            ),
            r"(?:retiro|revoco) (?:mi|el) (?:consentimiento|permiso|autorizacion)",
            r"me opongo a (?:la|esta|que) (?:me )?grab\w+",
            r"sin (?:grabar|grabarme|grabacion|grabarla|ser grabad[oa]|que me graben|que se grabe)",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            r"soy tan (?:human[oa]|real) como",
            (
                r"(?<!no )(?<!decir que )(?<!fingir que )(?<!afirmar que )soy (?:(?:realmente|de verdad"
                r"|tambien|claro que) )*(?:una? )?(?:persona|human[oa]|ser humano|mujer"
                r"|hombre)(?! (?:de contacto))"
            ),
            r"(?<!no )soy (?:una? )?(?:agente|operador[a]?|asesor[a]?) (?:human[oa]|real|de verdad)",
            rf"no soy (?:ningun[a]? |una? |un )?{_MACHINE}",
            (
                r"(?:esta|estas) (?:usted )?(?:hablando|conversando) con (?:una? )?(?:persona|human[oa]"
                r"|ser humano)"
            ),
            r"(?<!no )le (?:atiende|habla) una persona",
            r"^como (?:ser humano|persona|humano) que soy",
        ),
        licence=(
            (
                r"(?:esta|estas) (?:usted )?hablando con (?:una?|su) (?:(?:verdadera?|autentic[oa]) )?"
                rf"{_OFFICE}"
            ),
            (
                rf"(?<!no )(?<!decir que )(?<!fingir que )(?<!afirmar que )soy (?:(?:su|una?|el|la"
                rf"|tambien) )*{_OFFICE}"
            ),
            rf"^como (?:su )?{_OFFICE} (?:le|yo|que|puedo)",
            r"(?:soy|le habla|me llamo) (?:el|la)? ?(?:dr|dra|doctor|doctora)(?:$| §| \w+)",
            r"tengo (?:licencia|titulo) (?:medic[oa]|de medico|de enfermer[oa]|de abogad[oa]|profesional)",
            r"estoy (?:colegiad[oa]|titulad[oa])",
            r"mi (?:opinion|criterio) (?:medic[oa]|profesional|legal|clinic[oa])",
        ),
    ),
)
