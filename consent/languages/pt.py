"""Portuguese, of Portugal and Brazil: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:pessoa(?: real| de verdade| humana| de carne e osso| a serio)?|human[oa]|ser humano|robos?|robot"
    r"|maquina|computador|bot|chatbot|ia|i a|inteligencia artificial|programa|gravacao|atendente virtual"
    r"|assistente virtual|sistema automatico|voz automatica|alguem de verdade|de verdade|real"
    r"|atendente humano)"
)
_KIND = (
    r"pessoa|humano|ser humano|robo|robot|maquina|computador|bot|ia|gravacao|pessoa real"
    r"|pessoa de verdade"
)
_END = end(
    r"ou|por favor|que|e|ne|nao|mesmo|agora|do outro lado|na linha|ao telefone|no telefone|aqui|§|certo"
)
_PERSON = (
    r"(?:pessoa(?: real| de verdade| humana)?|human[oa]|ser humano|atendente(?: humano)?|operador[a]?"
    r"|agente|alguem|assistente humano|colega|responsavel|funcionari[oa]|representante|consultor[a]?"
    r"|supervisor[a]?|gerente|colaborador[a]?|apoio ao cliente)"
)
_ASKS = (
    r"quero|queria|gostava de|gostaria de|posso|poderia|preciso|preciso de|prefiro|preferia|da para"
    r"|e possivel|deixe me|me deixe|por favor|desejo|exijo|tem como|como faco para"
)
_MACHINE = (
    r"(?:robos?|robot|bot|maquina|computador|programa|ia|i a|inteligencia artificial|chatbot|gravacao"
    r"|assistente virtual|atendente virtual)"
)
_OFFICE = (
    r"(?:enfermeir[oa]|medic[oa]|doutor[a]?|advogad[oa]|farmaceutic[oa]|terapeuta|psicolog[oa]|psiquiatra"
    r"|dentista|notari[oa]|contabilista|contador[a]?|consultor[a]? (?:financeir[oa]|juridic[oa])"
    r"|profissional de saude|parteira|assistente social)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="sim|sim sim|claro|claro que sim|com certeza|certamente|ok|okay|esta bem|ta bem|esta bom"
        "|ta bom|tudo bem|de acordo|pode ser|a vontade|sem problema|sem problemas|nao ha problema"
        "|nao tem problema|nenhum problema|perfeito|positivo|faca favor|com todo o gosto|com prazer"
        "|pois sim|e claro|isso sim|esta certo|ta certo|afirmativo|sim senhor|sim senhora|combinado"
        "|beleza|por favor sim|evidentemente",
        agree="aceito|concordo|autorizo|eu autorizo|eu aceito|eu concordo|dou autorizacao"
        "|dou a minha autorizacao|dou a minha permissao|dou o meu consentimento|dou permissao|consinto"
        "|permito|estou de acordo|pode gravar|podem gravar|pode gravar a chamada|podem gravar a chamada"
        "|pode gravar a ligacao|podem gravar a ligacao|pode|podem|grave|gravem|nao me importo"
        "|nao me incomoda|nao tenho objecoes|nao tenho nada contra|nao vejo problema|por mim tudo bem"
        "|por mim pode|por mim sim|tem a minha autorizacao|tem minha autorizacao"
        "|voce tem minha autorizacao|pode sim|podem sim|fique a vontade|nao tenho objecao|sem objecao",
        no="nao|negativo|na",
        refuse="nao obrigado|nao obrigada|nao quero|eu nao quero|nao aceito|nao autorizo|nao concordo"
        "|nao permito|nao consinto|recuso|eu recuso|recuso me|oponho me|prefiro que nao|prefiro nao"
        "|preferia que nao|preferia nao|melhor nao|e melhor nao|de jeito nenhum|de modo nenhum"
        "|de maneira nenhuma|de forma alguma|claro que nao|nem pensar|nao pode|nao podem"
        "|nao estou de acordo|sem gravar|sem gravacao|nao grave|nao gravem|nao gravar|nao dou"
        "|acho que nao|creio que nao|nao desejo|nao gostaria|que nao|nao me grave|nao me gravem|discordo",
        hedge="nao sei|nao sei nao|talvez|nao tenho certeza|nao tenho a certeza|depende|quem sabe|acho"
        "|acho que sim|creio|creio que sim|suponho|suponho que sim|penso que sim|como|como assim|o que"
        "|que|desculpe|perdao|porque|por que|quem|quando|qual|espere|espera|um momento|so um momento|hum"
        "|mmm|se|mas|se quiser|se quiserem|como quiser|como quiserem|tanto faz|e indiferente|repita"
        "|pode repetir|nao percebi|nao entendi|entendo|percebo|agora nao|ainda nao|mais tarde|depois"
        "|provavelmente|pois|sei la|aham|estou|alo|esta|sim alo|sim estou|sim diga|diga",
        negation="nao|nunca|sem|jamais|nem|parem|pare|recuso",
        record="gravar|gravada|gravado|gravacao|grave|gravem|grava|gravam|gravando|gravacoes|gravar me",
        neutral="por favor|se faz favor|obrigado|obrigada|muito obrigado|muito obrigada|senhor|senhora|eh"
        "|ah|bem|bom|entao|e|a chamada|esta chamada|a ligacao|esta ligacao|chamada|ligacao|a|por mim|eu"
        "|isso|a gravacao|com a gravacao|para|qualidade|a vontade|agora|quero|voce|voces|minha|meu"
        "|autorizacao|nisso",
    ),
    intents=IntentPatterns(
        leading="ola|oi|alo|bom dia|boa tarde|entao|mas|olhe|olha|desculpe|por favor|espere|sim|nao|ah|eh"
        "|bem|ok|diga|diga me|me diga|uma pergunta|escute|agora|pera|espera|obrigado|obrigada|moca|moco"
        "|ja",
        are_you_a_person=(
            r"^(?:e |quem fala e )?fala uma (?:pessoa|maquina)",
            r"(?:voce|vc) e (?:mesmo )?gente",
            (
                rf"^(?:e|es|sera que e|nao e|nao es) (?:(?:mesmo|realmente|uma?|um|so|por acaso|tu|voce"
                rf"|isto|isso) )*{_THING}{_END}"
            ),
            (
                rf"(?:voce e|voces sao|o senhor e|a senhora e|e voce|tu es|vc e|voce seria|voce nao e"
                rf"|e a senhora|e o senhor) (?:(?:mesmo|realmente|uma?|um|so|por acaso"
                rf"|de facto) )*{_THING}{_END}"
            ),
            (
                rf"(?:estou a falar|estou falando|falo|to falando|estou a conversar"
                rf"|tou a falar) (?:(?:mesmo|realmente|aqui|agora) )*com (?:uma? |um )?{_THING}{_END}"
            ),
            rf"(?:isto|isso|aqui|quem fala|quem esta falando) e (?:mesmo )?(?:uma? |um )?{_THING}{_END}",
            (
                rf"se (?:voce e|e|es|estou a falar com|estou falando com) (?:mesmo )?(?:uma? "
                rf"|um )?{_THING}{_END}"
            ),
            r"(?:tem|ha|esta) (?:uma pessoa|alguem) (?:de verdade|real) (?:ai|do outro lado|na linha)",
            either(_KIND, "ou", "uma? |um |com uma? "),
            r"parece(?:s)? (?:uma? |um )?(?:robo|robot|maquina|gravacao|computador)",
            r"^o que (?:e voce|voce e|es|es tu)$",
        ),
        wants_person=(
            r"^com (?:uma?|um) (?:pessoa|atendente|operador[a]?|humano)(?: por favor| de verdade)*$",
            r"(?:quero|preciso de|queria) atendimento humano",
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?(?:falar|conversar) (?:\w+ )?com (?:(?:uma?|um|o|a|outra"
                rf"|algum|alguma) )?{_PERSON}"
            ),
            rf"^(?:falar|conversar) com (?:(?:uma?|um|o|a) )?{_PERSON}",
            (
                rf"(?:passe|passe me|passa me|me passe|me passa|passar|me passar|transfira|transfira me"
                rf"|me transfira|me transfere|transferir|me transferir|transferir me|transferirem me"
                rf"|ponha me|me coloque|me coloca|ligue me|me da|de me|me de|me liga|me chama"
                rf"|chame) (?:(?:a|esta|minha) (?:chamada|ligacao) )?(?:(?:para|a|com|ao|em contato com"
                rf"|em contacto com|pra) )?(?:(?:uma?|um|o|a|outra|algum) )?{_PERSON}"
            ),
            r"(?:quero|preciso de|queria|prefiro) (?:uma?|um) (?:pessoa(?: real| de verdade)?|human[oa]"
            r"|ser humano"
            r"|atendente|operador[a]?)" + end("por favor|ja|agora|e|nao|§|que me|humano"),
            (
                r"nao quero falar (?:mais )?com (?:uma? |um )?(?:maquina|robo|robot|bot|computador|ia"
                r"|gravacao)"
            ),
            (
                r"^(?:uma? |um |o |a )?(?:pessoa|atendente|operador[a]?|human[oa]|agente"
                r"|assistente)(?: (?:por favor|real|humano|ja|de verdade))*$"
            ),
        ),
        withdraws=(
            r"recuso (?:a |esta |que |ser )*(?:gravacao|gravem|gravad[oa])",
            r"nao (?:(?:me|nos|a|o) )?grav(?:e|em|ar|es)(?: (?:me|nos))?(?! (?:no|na|os|as) )",
            (
                r"(?:pare|parem|parar|deixe|deixem|deixar|interrompa|interrompam|suspenda|suspendam"
                r"|desligue|desliguem|termine|cancele|cancelem|apague|apaguem|desative|chega"
                r"|para) (?:(?:ja|imediatamente|por favor|com) )*(?:de (?:me )?gravar|(?:(?:a|com a|essa"
                r"|esta) )?gravacao|de fazer a gravacao)"
            ),
            (
                r"nao (?:quero|desejo|gostaria|queria) (?:(?:mais|que|me|a|isto|isso|esta|chamada|ligacao"
                r"|seja|ser|estejam|esteja|estejam a|continue|continuem|sejam) )*(?:grav(?:e|em|ada|ado"
                r"|ar|ando)|gravacao)"
            ),
            (
                r"(?:nao autorizo|nao aceito|nao concordo com|nao consinto|oponho me"
                r"|me oponho) (?:\w+ ){0,2}?gravacao"
            ),
            r"sem (?:ser |a |que me )?(?:gravar|gravacao|gravad[oa]|gravem)",
            r"(?:retiro|revogo|cancelo) (?:[oa] )?(?:meu |minha )?(?:consentimento|autorizacao|permissao)",
            r"^(?:nada de|nenhuma) gravac(?:ao|oes)(?: por favor)?$",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            (
                r"(?<!nao )(?<!se )(?<!dizer que )(?<!fingir que )(?:eu )?(?<!nao )sou (?:(?:mesmo"
                r"|realmente|sim|tambem|de verdade|claro que) )*(?:uma? |um )?(?:pessoa|human[oa]"
                r"|ser humano|mulher|homem)"
            ),
            (
                r"(?<!nao )sou (?:uma? |um )?(?:atendente|operador[a]?|assistente) (?:human[oa]|real"
                r"|de verdade)"
            ),
            rf"nao sou (?:nenhuma? |nenhum |uma? |um )?{_MACHINE}",
            (
                r"(?:esta|voce esta) (?:a falar|falando) (?:mesmo )?com (?:uma? |um )?(?:pessoa|human[oa]"
                r"|ser humano)"
            ),
            r"^como (?:ser humano|humano)",
        ),
        licence=(
            rf"(?:esta|estas) (?:a falar|falando) com (?:uma?|um|o seu|a sua) (?:(?:verdadeir[oa]) )?{_OFFICE}",
            (
                rf"(?<!nao )(?<!se )(?<!dizer que )(?<!fingir que )(?:eu )?(?<!nao )sou (?:(?:sua|seu|a|o"
                rf"|uma?|um|tambem) )*{_OFFICE}"
            ),
            rf"^como (?:sua |seu )?{_OFFICE} (?:posso|eu|recomendo)",
            r"(?:sou|aqui e|fala|chamo me) (?:o |a )?(?:dr|dra|doutor|doutora)(?:$| §| \w+)",
            r"tenho (?:licenca|registro|diploma|cedula) (?:de|em|medic[oa]|profissional)",
            r"(?:minha|meu) (?:opiniao|parecer) (?:medic[oa]|profissional|juridic[oa]|clinic[oa])",
        ),
    ),
)
