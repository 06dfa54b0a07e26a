"""Portuguese of Brazil and Portugal; "meia" is a six when numbers are dictated in Brazil."""

from typing import Final

from redaction.languages import Table, phrases, words

TABLE: Final = Table(
    code="pt",
    units={
        "zero": "0",
        "um": "1",
        "uma": "1",
        "dois": "2",
        "duas": "2",
        "três": "3",
        "tres": "3",
        "quatro": "4",
        "cinco": "5",
        "seis": "6",
        "meia": "6",
        "sete": "7",
        "oito": "8",
        "nove": "9",
    },
    weak_zeros=words("meia"),
    closed={
        "dez": "10",
        "onze": "11",
        "doze": "12",
        "treze": "13",
        "catorze": "14",
        "quatorze": "14",
        "quinze": "15",
        "dezesseis": "16",
        "dezasseis": "16",
        "dezessete": "17",
        "dezassete": "17",
        "dezoito": "18",
        "dezenove": "19",
        "dezanove": "19",
    },
    tens={
        "vinte": "2",
        "trinta": "3",
        "quarenta": "4",
        "cinquenta": "5",
        "sessenta": "6",
        "setenta": "7",
        "oitenta": "8",
        "noventa": "9",
    },
    hundreds={
        "cem": "1",
        "cento": "1",
        "duzentos": "2",
        "duzentas": "2",
        "trezentos": "3",
        "trezentas": "3",
        "quatrocentos": "4",
        "quatrocentas": "4",
        "quinhentos": "5",
        "quinhentas": "5",
        "seiscentos": "6",
        "seiscentas": "6",
        "setecentos": "7",
        "setecentas": "7",
        "oitocentos": "8",
        "oitocentas": "8",
        "novecentos": "9",
        "novecentas": "9",
    },
    thousand=words("mil"),
    million=words("milhão milhões"),
    joins=words("e"),
    tens_join=True,
    pronouns=words("um uma meia"),
    repeats={"duplo": 2, "dobro": 2, "triplo": 3},
    fillers=phrases("é é|hã|hum|hmm|eh|ah|ahn|hein|mm|né"),
    pauses=phrases(
        "espera|espere|um momento|deixa eu ver|deixe-me ver|então|sim|aí|e depois|depois|e|e aí|tá|certo|ok|vírgula|"
        "acho|isso|peraí|só um minuto|espaço|seguido de|e por fim|por fim|agora|só um segundo|pera aí|um "
        "instante|anota"
    ),
    separators=phrases("traço|hífen|ponto|barra|menos|sublinhado"),
    corrections=phrases(
        "não|desculpa|desculpe|não desculpa|não desculpe|não espera|não espere|quer dizer|quero dizer|aliás|digo|"
        "me enganei|enganei-me|errei|correção|perdão|não não|ou melhor|opa|não perdão|espera não|não é|minto|"
        "corrigindo"
    ),
    restarts=phrases(
        "começar de novo|vou começar de novo|de novo|outra vez|do início|repetindo|esquece|vou repetir|"
        "começando de novo|recomeçando"
    ),
    spelling={"alfa": "a", "bravo": "b", "charlie": "c", "delta": "d"},
    letter_words={
        "bê": "b",
        "cê": "c",
        "efe": "f",
        "gê": "g",
        "agá": "h",
        "jota": "j",
        "eme": "m",
        "ene": "n",
        "pê": "p",
        "quê": "q",
        "erre": "r",
        "tê": "t",
        "dáblio": "w",
        "xis": "x",
        "ípsilon": "y",
        "zê": "z",
    },
    as_in=phrases("de|como|como em"),
    capitals=words("maiúscula minúscula"),
    weak_letters=words("a e i o u é à"),
    at=words("arroba"),
    dot=words("ponto"),
    marks={"traço": "-", "hífen": "-", "ponto": ".", "barra": "/", "underline": "_", "sublinhado": "_"},
    styling=phrases(
        "tudo minúsculo|em minúsculas|tudo junto|sem espaço|tudo em minúsculas|tudo em minúsculo"
    ),
    functions=words(
        "o a os as um uma uns umas de do da dos das em no na nos nas por para pelo pela com sem sobre e ou mas é "
        "são era "
        "foi sou está estou tenho tem meu minha meus minhas seu sua nosso você me te se lhe que quem como quando "
        "onde não "
        "sim já muito mais obrigado obrigada email e-mail correio eletrônico eletrónico endereço escrever enviar "
        "mande "
        "escreva site página web internet olá bom dia boa tarde este esta isso esse essa também eu ele ela pode"
    ),
    months={
        "janeiro": 1,
        "fevereiro": 2,
        "março": 3,
        "abril": 4,
        "maio": 5,
        "junho": 6,
        "julho": 7,
        "agosto": 8,
        "setembro": 9,
        "outubro": 10,
        "novembro": 11,
        "dezembro": 12,
    },
    ordinals={"primeiro": 1},
    date_joins=words("de do dia"),
    units_after=words(
        "reais real euros euro dólares centavos cêntimos por minutos minuto horas hora dias dia semanas semana "
        "meses mês "
        "anos ano vezes vez graus quilômetros quilómetros metros quilos gramas litros pessoas crianças quartos "
        "estrelas "
        "pontos segundos segundo quilowatts gigas megas milhões unidades peças clientes ligações páginas"
    ),
    units_before=words(
        "quarto versão modelo linha voo portão página capítulo passo andar ônibus autocarro tamanho cerca "
        "quase aproximadamente máximo mínimo custa custam preço valor total digite tecle opção às"
    ),
    year_before=words(
        "em desde até ano de janeiro fevereiro março abril maio junho julho agosto setembro outubro "
        "novembro dezembro"
    ),
    plural_endings=("os", "as", "es"),
    cues={
        "PAN": "número do cartão|cartão|cartão de crédito|cartão de débito|número do meu cartão|visa|mastercard|"
        "numero do cartão|cartao",
        "SECURITY_CODE": "código de verificação do cartão|código cvv|código cvc|"
        "três números de trás|três dígitos de trás|três números|"
        "últimos três dígitos|três últimos dígitos|últimos três números|"
        "números de trás|número de trás|código de trás|atrás do meu cartão|"
        "parte de trás|verso do meu cartão|código do cartão|c v v|c v c|"
        "numerozinho atrás|"
        "código de segurança|cvv|cvc|no verso|três dígitos|código no verso|atrás do cartão|"
        "verso do cartão",
        "CARD_EXPIRY": "vence no fim de|vence em|vence no|vence ao fim de|válido até ao fim de|"
        "válida até|válida até ao fim de|válida até o fim de|válida até fim de|"
        "válido até fim de|expira em|expira no fim de|caduca em|validade é|"
        "validade até|até ao fim de|"
        "vence|vencimento|validade|data de validade|válido até|expira|caduca|data de vencimento",
        "PIN": "pin|senha do cartão|código pin",
        "IBAN": "iban",
        "BANK_ACCOUNT": "conta corrente|conta bancária|número da conta|conta poupança|nib|conta",
        "ROUTING_NUMBER": "agência|bic|swift|código do banco",
        "NATIONAL_ID": "cpf|rg|nif|cartão de cidadão|bilhete de identidade|contribuinte|número de contribuinte|"
        "identidade|"
        "cnpj|número do cpf|cartão do cidadão",
        "PASSPORT": "passaporte|número do passaporte",
        "DRIVER_LICENCE": "carteira de motorista|carta de condução|cnh|habilitação",
        "HEALTH_ID": "cartão de saúde|número de utente|carteirinha|número do paciente|plano de saúde|cartão sus|"
        "prontuário",
        "PHONE": "telefone|número de telefone|celular|telemóvel|meu número|número é|me ligue|ligar para|fax|"
        "whatsapp|telefone fixo|contato|contacto|número do telefone|meu número é|me ligar no",
        "POSTCODE": "cep|código postal",
        "DATE_OF_BIRTH": "nasci|nascimento|data de nascimento|nascido|nascida|aniversário|nasci em|nasci no dia|"
        "nasceu",
        "ACCOUNT_NUMBER": "número de cliente|número do cliente|contrato|número do contrato|pedido|número do pedido|"
        "encomenda|apólice|número da apólice|protocolo|número de protocolo|fatura|referência|reserva|"
        "número da reserva|processo|número do processo|código do cliente|matrícula de aluno",
        "PASSWORD": "senha|palavra-passe|código de acesso|código de verificação|palavra secreta|palavra passe",
        "VEHICLE_ID": "placa|matrícula|chassi|placa do carro|número do chassi",
        "DEVICE_ID": "número de série|imei",
        "IP_ADDRESS": "ip|endereço ip",
        "EMAIL": "email|e-mail|correio eletrônico|correio eletrónico|mail",
        "AGE": "idade",
        "NAME": "seu nome|nome completo|sobrenome|apelido|como se chama|qual é o seu nome|com quem falo",
        "ADDRESS": "seu endereço|morada|endereço",
    },
    links=words(
        "é são o a os as um uma de do da meu minha no na número que e hum então sim seguinte era seria começa "
        "termina aqui"
    ),
    asks=words("qual quais pode poderia me diga informe confirme preciso como dizer informar"),
    name_cues=phrases(
        "meu nome é|o meu nome é|me chamo|chamo-me|sobrenome é|apelido é|em nome de|se chama|nome é|"
        "meu nome completo é|o titular é|falo com|meu sobrenome é|quem fala é"
    ),
    weak_name_cues=phrases(
        "sou|sou o|sou a|aqui é|aqui é o|aqui é a|olá|obrigado|obrigada|minha esposa|meu marido|"
        "meu filho|minha filha|falar com|bom dia|boa tarde|é o|é a|prezado|prezada"
    ),
    name_after=phrases("ao telefone|falando"),
    titles=words("senhor senhora sr sra dona doutor doutora dr dra"),
    name_particles=words("de da do dos das e"),
    not_names=words(
        "cliente muito aqui em o a um uma que de do da com para por novo nova casado casada solteiro solteira feliz "
        "interessado interessada janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
        "dezembro "
        "segunda terça quarta quinta sexta sábado domingo hoje amanhã ontem obrigado obrigada sim não tudo bem "
        "bom boa "
        "dia tarde noite e moro nasci quero preciso estou ligando tenho titular número cartão conta fatura meu "
        "minha seu "
        "sua senhor senhora eu já"
    ),
    street_before=words("rua avenida av travessa praça alameda estrada largo rodovia beco r"),
    address_cues=phrases(
        "moro na|moro no|moro em|meu endereço é|endereço é|a minha morada é|morada é|resido na|vivo na|"
        "o endereço é|mudei para a"
    ),
    unit_words=words("apartamento apto andar bloco casa número lote"),
    voice={},
)
