"""Spanish of Spain and the Americas."""

from typing import Final

from redaction.languages import Table, phrases, words

_ORDINALS: Final = {"primero": 1, "primer": 1, "uno": 1}

TABLE: Final = Table(
    code="es",
    units={
        "cero": "0",
        "uno": "1",
        "un": "1",
        "una": "1",
        "dos": "2",
        "tres": "3",
        "cuatro": "4",
        "cinco": "5",
        "seis": "6",
        "siete": "7",
        "ocho": "8",
        "nueve": "9",
    },
    closed={
        "diez": "10",
        "once": "11",
        "doce": "12",
        "trece": "13",
        "catorce": "14",
        "quince": "15",
        "dieciséis": "16",
        "dieciseis": "16",
        "diecisiete": "17",
        "dieciocho": "18",
        "diecinueve": "19",
        "veintiuno": "21",
        "veintiún": "21",
        "veintiun": "21",
        "veintiuna": "21",
        "veintidós": "22",
        "veintidos": "22",
        "veintitrés": "23",
        "veintitres": "23",
        "veinticuatro": "24",
        "veinticinco": "25",
        "veintiséis": "26",
        "veintiseis": "26",
        "veintisiete": "27",
        "veintiocho": "28",
        "veintinueve": "29",
    },
    tens={
        "veinte": "2",
        "treinta": "3",
        "cuarenta": "4",
        "cincuenta": "5",
        "sesenta": "6",
        "setenta": "7",
        "ochenta": "8",
        "noventa": "9",
    },
    hundreds={
        "cien": "1",
        "ciento": "1",
        "doscientos": "2",
        "doscientas": "2",
        "trescientos": "3",
        "trescientas": "3",
        "cuatrocientos": "4",
        "cuatrocientas": "4",
        "quinientos": "5",
        "quinientas": "5",
        "seiscientos": "6",
        "seiscientas": "6",
        "setecientos": "7",
        "setecientas": "7",
        "ochocientos": "8",
        "ochocientas": "8",
        "novecientos": "9",
        "novecientas": "9",
    },
    thousand=words("mil"),
    million=words("millón millones"),
    joins=words("y"),
    tens_join=True,
    pronouns=words("un una uno"),
    repeats={"doble": 2, "triple": 3},
    fillers=phrases("eh|em|este|mmm|mm|ehm|ah|uh|um|hmm|ajá"),
    pauses=phrases(
        "a ver|déjeme ver|dejeme ver|un momento|espere|espera|sí|si|bueno|pues|y luego|luego|después|y después|y|"
        "entonces|ok|vale|digamos|o sea|a ver si|coma|creo|es decir|y entonces|seguido de|me permite|un segundo|"
        "ya|listo|y por último|por último|anote|apunte|dígame|ahora|siguiente"
    ),
    separators=phrases("guion|guión|raya|barra|punto|espacio|guión bajo|guion bajo"),
    corrections=phrases(
        "no|perdón|perdon|no perdón|no perdon|no espere|no espera|espere no|digo|quiero decir|quise decir|mejor "
        "dicho|"
        "corrijo|corrección|disculpe|disculpa|lo siento|no no|me equivoqué|no digo|ay no|no así no|no es|"
        "perdone|ay perdón|no disculpe|miento|no miento|rectifico"
    ),
    restarts=phrases(
        "empiezo de nuevo|otra vez|de nuevo|desde el principio|empecemos de nuevo|olvide eso|borre eso|"
        "lo repito|repito|vuelvo a empezar|empiezo otra vez"
    ),
    spelling={"alfa": "a", "bravo": "b", "charlie": "c", "delta": "d"},
    letter_words={
        "be": "b",
        "ce": "c",
        "efe": "f",
        "ge": "g",
        "hache": "h",
        "jota": "j",
        "ka": "k",
        "ele": "l",
        "eme": "m",
        "ene": "n",
        "eñe": "ñ",
        "pe": "p",
        "cu": "q",
        "erre": "r",
        "uve": "v",
        "equis": "x",
        "zeta": "z",
        "ere": "r",
    },
    as_in=phrases("de|como|como en|como de"),
    capitals=words("mayúscula minúscula"),
    weak_letters=words("a e i o u y"),
    at=words("arroba"),
    dot=words("punto"),
    marks={"guion": "-", "guión": "-", "punto": ".", "barra": "/", "subrayado": "_"},
    styling=phrases(
        "todo en minúsculas|en minúsculas|todo junto|todo en minúscula|sin espacios|todo minúsculas"
    ),
    functions=words(
        "el la los las un una unos unas y o pero de del al a en con por para sin sobre es son era fue soy está estoy "
        "este esta esto ese esa eso mi mis tu su sus me te se le lo nos les que quien como cuando donde no sí si ya "
        "muy más gracias favor correo electrónico email e-mail dirección puede puedo escribir escriba mande envíe "
        "enviar al página web sitio hay tengo tiene también pues bueno hola buenos días ella él ellos usted yo"
    ),
    months={
        "enero": 1,
        "febrero": 2,
        "marzo": 3,
        "abril": 4,
        "mayo": 5,
        "junio": 6,
        "julio": 7,
        "agosto": 8,
        "septiembre": 9,
        "setiembre": 9,
        "octubre": 10,
        "noviembre": 11,
        "diciembre": 12,
    },
    ordinals={"primero": 1},
    date_joins=words("de del el"),
    units_after=words(
        "euros euro dólares dólar pesos peso soles por céntimos centavos minutos minuto horas hora días día semanas "
        "semana meses mes años año veces vez grados grado kilómetros metros kilos gramos litros personas niños "
        "habitaciones estrellas puntos segundos segundo kilovatios gigas megas millones unidades piezas clientes "
        "llamadas páginas libras"
    ),
    units_before=words(
        "habitación versión modelo ruta vuelo puerta canal página capítulo paso piso planta autobús "
        "línea talla casi unos unas aproximadamente alrededor máximo mínimo cuesta cuestan precio costo "
        "costó pagué pago total marque pulse opción las"
    ),
    year_before=words(
        "en desde hasta año de del enero febrero marzo abril mayo junio julio agosto septiembre octubre "
        "noviembre diciembre hacia"
    ),
    plural_endings=("os", "as", "es"),
    cues={
        "PAN": "número de tarjeta|tarjeta|tarjeta de crédito|tarjeta de débito|número de mi tarjeta|visa|mastercard|"
        "numero de tarjeta|número de la tarjeta|tarjeta de credito|american express",
        "SECURITY_CODE": "código cvv|código cvc|código de la tarjeta|tres números de atrás|"
        "tres dígitos de atrás|tres números|tres últimos dígitos|"
        "últimos tres dígitos|últimos tres números|tres últimos números|"
        "números de atrás|dígitos de atrás|número de atrás|"
        "reverso de la tarjeta|detrás de la tarjeta|parte trasera|por detrás|"
        "dorso|en el dorso|c v v|c v c|numerito de atrás|código de detrás|"
        "código de seguridad|cvv|cvc|codigo de seguridad|código de verificación de la tarjeta|"
        "en el reverso|atrás de la tarjeta|tres dígitos|parte de atrás|código de atrás",
        "CARD_EXPIRY": "vence a finales de|vence a fines de|vence en|vence el|caduca en|"
        "caduca a finales de|caduca a fin de|válida hasta finales de|"
        "válida hasta fin de|vigente hasta|vigencia|vencimiento es|"
        "tarjeta vale hasta|hasta finales de|expira en|expira a finales de|"
        "vence|vencimiento|fecha de vencimiento|caduca|caducidad|fecha de caducidad|expira|válida "
        "hasta|"
        "fecha de expiración|expiración",
        "PIN": "pin|clave|número secreto|nip|clave secreta",
        "IBAN": "iban",
        "BANK_ACCOUNT": "cuenta bancaria|número de cuenta|cuenta corriente|cuenta de ahorros|numero de cuenta|clabe|"
        "cuenta de banco",
        "ROUTING_NUMBER": "número de ruta|swift|bic|ruta bancaria|routing",
        "SSN": "seguro social|número de seguro social|social|seguridad social de estados unidos",
        "NATIONAL_ID": "dni|nie|nif|documento de identidad|cédula|cedula|curp|rfc|documento nacional|número de dni|"
        "número de identidad|carnet de identidad|identificación|mi documento|número de documento",
        "PASSPORT": "pasaporte|número de pasaporte",
        "DRIVER_LICENCE": "licencia de conducir|permiso de conducir|carnet de conducir|licencia de manejo|licencia",
        "HEALTH_ID": "tarjeta sanitaria|número de afiliado|número de paciente|historia clínica|seguro médico|"
        "número de la seguridad social|seguridad social|número de asegurado|historial médico",
        "PHONE": "teléfono|número de teléfono|telefono|celular|móvil|mi número|número es|numero es|llámeme|"
        "contacto|fax|mi número es|número de celular|número de móvil|llamarme al|puede llamarme|fijo|"
        "whatsapp|llámame|número de contacto",
        "POSTCODE": "código postal|codigo postal|zip",
        "DATE_OF_BIRTH": "nací|nacimiento|fecha de nacimiento|nacido|nacida|cumpleaños|naci|nació|nací el",
        "ACCOUNT_NUMBER": "número de cliente|cuenta|número de pedido|número de póliza|póliza|número de contrato|"
        "contrato|"
        "pedido|referencia|número de referencia|número de factura|factura|número de reserva|"
        "número de caso|expediente|localizador|número de suministro|reserva",
        "PASSWORD": "contraseña|palabra clave|código de acceso|código de verificación|palabra secreta|código que "
        "le enviamos",
        "VEHICLE_ID": "matrícula|placa|placas|número de bastidor|matricula|patente",
        "DEVICE_ID": "número de serie|imei|serie",
        "IP_ADDRESS": "ip|dirección ip",
        "EMAIL": "correo|correo electrónico|email|e-mail|correo electronico|mail",
        "AGE": "edad",
        "NAME": "su nombre|nombre completo|apellido|apellidos|cómo se llama|nombre y apellidos|con quién hablo",
        "ADDRESS": "su dirección|domicilio|dirección",
    },
    links=words(
        "es son el la los las un una de del mi su en número numero que termina y eh este bueno pues sí si a "
        "siguiente está era fue al con empieza aquí son los sería"
    ),
    asks=words(
        "cuál cual qué puede podría dígame diga confirme necesito indique deme me proporcione cómo favor"
    ),
    name_cues=phrases(
        "me llamo|mi nombre es|mi apellido es|nombre es|apellido es|a nombre de|soy el señor|"
        "soy la señora|se llama|el nombre es|mi nombre completo es|habla con|hablo con|le habla|"
        "mis apellidos son|el titular es|la titular es|de parte de|mi nombre"
    ),
    weak_name_cues=phrases(
        "soy|hola|gracias|habla|con|esta es|este es|mi esposa|mi esposo|mi hijo|mi hija|mi marido|"
        "mi mujer|mi madre|mi padre|buenos días|buenas tardes|estimado|estimada"
    ),
    name_after=phrases("al habla|al teléfono|hablando"),
    titles=words("señor señora señorita sr sra srta don doña doctor doctora dr dra"),
    name_particles=words("de del la las los y san santa"),
    not_names=words(
        "cliente clienta muy yo usted señor señora el la los las un una que llamando llamo calling aquí ahí bien mal "
        "mucho mucha nuevo nueva viejo titular dueño dueña casado casada soltero soltera de desde con por para pero "
        "quien quiero necesito tengo estoy interesado interesada enero febrero marzo abril mayo junio julio agosto "
        "septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo hoy mañana ayer "
        "gracias hola buenos buenas días tardes noches todo nada alguien nadie su mi tu ayuda cuenta tarjeta número "
        "factura y vivo nací llama además ya no sí si también"
    ),
    street_before=words(
        "calle avenida avda av paseo plaza camino carretera ronda c/ calzada boulevard bulevar callejón "
        "carrera travesía"
    ),
    address_cues=phrases(
        "vivo en|vivo en la|mi dirección es|dirección es|domicilio es|mi domicilio es|estoy en la|"
        "la dirección es|resido en|me mudé a"
    ),
    unit_words=words("piso puerta apartamento departamento depto interior escalera planta bajo número"),
    voice={},
)
