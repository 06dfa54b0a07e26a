"""English: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, either, end

_THING = (
    r"(?:(?:real|actual|live|living|genuine|true|proper) )*(?:human being|human|person|man|woman|robot"
    r"|bot|machine|computer|program|ai|a i|artificial intelligence|chat ?bot|voice ?bot|(?<=a )recording"
    r"|answering machine|algorithm|automated (?:system|voice|assistant|agent|service)"
    r"|virtual (?:assistant|agent)|language model|chat ?gpt|software|computer program|(?:human|real"
    r"|live) (?:agent|operator|representative|rep|assistant|employee|voice))"
)
_KIND = r"person|human|human being|robot|bot|machine|computer|ai|real person|recording|program"
_END = end(
    r"or|i|im|am|on|talking|speaking|answering|here|there|right|please|now|because|voice|system|thing|and"
    r"|again|in|at|hello|wait|can|what|you|then|sort|program|are|is|really|too|§|though|by the way|today"
    r"|at all|reading"
)
_PERSON = (
    r"(?:(?:real|actual|live|living|human|another|different|proper|breathing) )*(?:human being|human"
    r"|person|people|agent|representative|rep|operator|someone|somebody|anyone|anybody|advis[eo]r"
    r"|colleague|supervisor|manager|employee|associate|customer (?:service|support|care)|staff"
    r"|staff member|member of staff|receptionist|specialist|human assistant|one of your (?:people"
    r"|colleagues|agents))"
)
_STRONG = (
    r"(?:(?:real|actual|live|living|human|another|proper) )*(?:human being|human|person|agent"
    r"|representative|rep|operator|advis[eo]r|supervisor|customer (?:service|support|care))"
)
_ASKS = (
    r"can|could|may|want|wanna|need|like|love|let|please|prefer|rather|gotta|must|wish|how do i|able|ask"
    r"|just"
)
_STRONG_END = end(
    r"please|now|instead|not|on|right|to (?:talk|speak|help|assist)|and|i can|because|§|who|immediately"
    r"|thanks|thank|this|for this|about|at once|today|asap"
)
_MACHINE = (
    r"(?:robot|bot|machine|computer|computer program|program|ai|a i|artificial intelligence|chatbot"
    r"|recording|automated system|virtual assistant|language model)(?! (?:operator|learning))"
)
_SELF = (
    r"(?<!if )(?<!whether )(?<!say that )(?<!claim that )(?<!pretend that )(?<!suggest that )"
    r"(?<!claim )(?<!say )(?<!were )"
    r"(?:i am|i m|im)"
)
_OFFICE = (
    r"(?:nurse|nurse practitioner|doctor|physician|lawyer|attorney|pharmacist|therapist|psychologist"
    r"|psychiatrist|counsell?or|clinician|paramedic|dentist|surgeon|midwife|social worker"
    r"|medical professional|health ?care (?:professional|provider)|legal (?:professional|advis[eo]r)"
    r"|financial advis[eo]r|investment advis[eo]r|tax advis[eo]r|accountant|broker|notary|engineer"
    r"|electrician)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="yes|yeah|yep|yup|yea|ya|aye|yes sir|sure|sure thing|ok|okay|alright|all right|certainly"
        "|absolutely|definitely|of course|by all means|affirmative|granted|you bet|agreed|fine|go ahead"
        "|please do|correct|no problem|no problem at all|no problems|not a problem|no worries|go for it"
        "|be my guest|go right ahead|cool|perfect|that works|totally|sounds good|gladly|with pleasure",
        agree="i agree|i do agree|i consent|i do consent|i accept|i do|i give consent|i give my consent"
        "|i give you my consent|i give permission|i give my permission|i give you permission"
        "|i give you my permission|you have my consent|you have my permission|you may record"
        "|you can record|you may|you can|feel free|feel free to record|record it|record this call"
        "|record the call|record away|that is fine|that s fine|thats fine|that s ok|that s okay|thats ok"
        "|thats okay|that is ok|that is okay|that s alright|thats alright|that s all right|it s fine"
        "|its fine|it is fine|it s ok|it s okay|its ok|its okay|that would be fine|that ll be fine"
        "|that is all right|fine by me|fine with me|ok with me|okay with me|ok by me|okay by me"
        "|works for me|i don t mind|i dont mind if you record|i dont mind if you do"
        "|i dont mind being recorded|i dont mind|i do not mind|i m fine with that|im fine with that"
        "|i am fine with that|i m ok with that|im ok with that|i m okay with that|im okay with that"
        "|i am okay with that|i am ok with that|i m fine with it|im fine with it|i m happy with that"
        "|i m happy for you to record|i have no objection|no objection|no objections"
        "|i have no problem with that|i would|i have no problem|you re welcome to|you are welcome to"
        "|go ahead and record|i allow it|i allow that|i authorize it|i authorise it|i approve"
        "|let s do that|i m okay with being recorded|im okay with being recorded"
        "|i am okay with being recorded|i m ok with being recorded|im ok with being recorded"
        "|i am ok with being recorded|i m fine with being recorded|im fine with being recorded"
        "|i am fine with being recorded|that s perfectly fine|thats perfectly fine|that is perfectly fine"
        "|that s cool|thats cool|perfectly fine|i am fine with it|this call can be recorded"
        "|this call may be recorded|the call can be recorded|okay with being recorded"
        "|fine with being recorded|ok with being recorded",
        no="no|nope|nah|naw|no sir|negative",
        refuse="not really"
        "|never|do not|dont|stop|not today|i m good|im good|i d prefer if you didnt"
        "|i would prefer if you didnt|i d rather you didnt|id rather you didnt|i would rather you didnt"
        "|i d prefer you didnt|not necessary|that s not necessary|no thanks|no thank you|i refuse"
        "|i decline|i object|i disagree|i do not agree|i dont agree|i do not consent|i dont consent"
        "|i do not want that|i dont want that|i dont want it|i dont want this|i would rather not"
        "|i d rather not|id rather not|rather not|i prefer not|i d prefer not|id prefer not|prefer not to"
        "|please dont|please do not|dont do that|do not do that|you may not|you can not|you cannot"
        "|you cant|absolutely not|certainly not|definitely not|of course not|no way|not ok|not okay"
        "|not agreed|i do mind|i mind|i dont accept|i do not accept|i dont give|i do not give"
        "|you dont have my|you do not have my|i dont want to be|i do not want to be|i dont want you to"
        "|i do not want you to|without recording|without a recording|without the recording|not allowed"
        "|i dont allow|i do not allow|i dont think so|i do not think so|stop recording|off the record",
        hedge="i dont know|i do not know|dont know|not sure|i am not sure|i m not sure|im not sure"
        "|maybe|perhaps|possibly|i guess|i guess so|i suppose|i suppose so|if you must|if you have to"
        "|whatever|what|pardon|sorry|excuse me|why|why not|how|who|when|where|which|if|unless|depends"
        "|it depends|hold on|wait|one moment|just a moment|let me think|hmm|mhm|mm|mmhm|uh huh|huh"
        "|say again|come again|repeat|repeat that|do i have to|must i|can you|could you|may i|can i"
        "|are you|is it|is this|is that|will you|do you|i think so|i think|probably|up to you"
        "|it s up to you|its up to you|as you like|don t care|dont care|i dont care|i do not care|only if"
        "|later|not now|not yet",
        negation="not|dont|never|cannot|cant|wont|without|isnt|shouldnt|mustnt|wouldnt|stop|refuse|decline"
        "|rather not",
        record="record|recorded|recording|recordings|records|taped|tape|taping",
        neutral="please|thanks|thank you|thank you very much|thanks a lot|um|uh|er|erm|ah|oh|well|and"
        "|then|so|with|that|this|it|call|conversation|this call|the|to|me|us|you|sir|madam|maam|ma am"
        "|very|much|just|now|i|be|being|for|my|quality|training|purposes|quality purposes"
        "|for quality and training|quite|happy",
    ),
    intents=IntentPatterns(
        leading="hello|hi|hey|so|well|um|uh|er|ok|okay|wait|hold on|sorry|excuse me|please|just|but|and|no"
        "|yes|yeah|listen|look|oh|now|actually|tell me|a question|one question|good morning"
        "|good afternoon|i said|thanks",
        are_you_a_person=(
            r"are you (?:somebody|someone) real",
            (
                rf"(?:are|r) (?:you|u|ya) (?:(?:really|actually|just|even|maybe|like|truly|some kind of"
                rf"|one of those) )*(?:(?:an?|some|the|any) )?(?!the (?:person|man|woman)){_THING}{_END}"
            ),
            r"are you (?:really |actually |even )*(?:real|alive|human|artificial|automated|computer"
            r" generated)" + _END,
            (
                rf"am i (?:(?:really|actually|just|even) )*(?:talking|speaking|chatting) (?:to"
                rf"|with) (?:(?:an?|some) )?(?:{_THING}|(?:someone|somebody|anyone) real){_END}"
            ),
            rf"(?:^(?:you|u)|do i (?:talk|speak) (?:to|with)) (?:an? )?{_THING}$",
            r"am i (?:talking|speaking) (?:to|with) the (?:computer|machine|robot|bot|ai)",
            (
                rf"(?:is|was) (?:this|that|it) (?:(?:really|actually|just|even|like|still) )*(?:(?:an?"
                rf"|some) )?{_THING}{_END}"
            ),
            r"is (?:this|this call|it|this line|this all) automated",
            (
                r"is (?:your voice|this voice|that voice) (?:real|generated|computer generated|artificial"
                r"|human)"
            ),
            (
                rf"(?:if|whether) (?:you are|youre|you re|this is|it s|i m (?:talking|speaking) (?:to"
                rf"|with)|im (?:talking|speaking) (?:to|with)|i am (?:talking|speaking) (?:to"
                rf"|with)) (?:(?:an?|some) )?{_THING}{_END}"
            ),
            (
                rf"(?:you are|youre|you re|you must be|this is|its|it s|this must be|im talking to"
                rf"|i m talking to|i am talking to|i m speaking to) (?:(?:really|just|definitely|not"
                rf"|clearly) )*(?:(?:an?|some|the) )?{_THING} (?:right|arent you|isnt it|are you|am i"
                rf"|isnt this|correct|or what|or not|yes|huh|eh)$"
            ),
            (
                r"you (?:do not|dont) sound (?:very |really )?(?:human|real|like a (?:person|human"
                r"|real person))"
            ),
            r"(?:prove|swear|think) (?:to me )?(?:that )?(?:you are|youre"
            r"|you re) (?:really )?(?:an? )?(?:human|robot|bot|machine|ai|person|real)" + _END,
            r"is (?:anybody|anyone|someone) (?:human|real) there",
            (
                r"(?:speaking|talking) (?:to|with) (?:an? )?(?:robot|machine|computer|bot) (?:arent i"
                r"|am i|right|aint i)"
            ),
            (
                r"(?:so|oh) (?:it s|its|this is|you re|youre) (?:just|only) (?:an? )?(?:robot|machine"
                r"|computer|bot|ai)"
            ),
            r"you sound like (?:an? )?(?:robot|machine|computer|recording|bot|ai)",
            r"(?:youre|you re|you are) not (?:even )?(?:a )?(?:real|human|person|real person)" + _END,
            either(_KIND, "or", "an? "),
            (
                r"(?:is there|do i have) (?:an? )?(?:(?:real|actual|live) )?(?:person"
                r"|human)(?: being)? (?:on|at|behind|there$)"
            ),
            r"what am i (?:talking|speaking) (?:to|with)$",
            r"^what (?:exactly )?are you$",
        ),
        wants_person=(
            r"^(?:please )?(?:transfer|connect) me(?: please| now)*$",
            r"(?:im|i m|i am) not (?:talking|speaking) to (?:an? )?(?:robot|machine|computer|bot|ai)",
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,5}}?(?:speak|talk|chat) (?:directly )?(?:to|with) (?:(?:an?"
                rf"|the|your|some) )?{_PERSON}"
            ),
            rf"^(?:speak|talk|speaking) (?:to|with) (?:(?:an?|the|your|some) )?{_PERSON}",
            (
                rf"(?:transfer|connect|put|pass|switch|forward|hand|send|get) me (?:\w+ ){{0,2}}?(?:to"
                rf"|with|on to|onto) (?:(?:an?|the|your|some) )?{_PERSON}"
            ),
            rf"(?:put|get) (?:(?:an?|the|your|some) )?{_STRONG} on(?: the (?:line|phone))?$",
            (
                rf"(?:get me|give me|i want|i need|i d like|id like|i would like|can i have|could i have"
                rf"|may i have|can i get|i ll take|let me have|i prefer|i d prefer|i d rather have"
                rf"|i demand|i am asking for) (?:(?:an?|the|your|some) )?{_STRONG}{_STRONG_END}"
            ),
            r"i (?:want|need|d like|would like) (?:some )?human (?:help|contact|assistance|support)",
            (
                r"(?:dont|do not|wont|not going to|refuse to|hate|tired of|rather not) (?:want to |wanna "
                r"|like to |like )?(?:talk|talking|speak|speaking|deal|dealing) (?:to|with) (?:(?:an?"
                r"|this|the|some|your|stupid) )*(?:robot|machine|computer|bot|ai|recording"
                r"|artificial intelligence|machines|robots|computers|bots)"
            ),
            (
                r"is there (?:an? |any |some)?(?:real |actual |live )?(?:person|human|someone|one|body"
                r"|somebody|anyone|anybody|agent|representative|operator)(?: there| here)?(?: that| who"
                r"| else)? (?:i can|i could|can|could|to (?:talk|speak)|available)"
            ),
            r"is (?:someone|somebody|anyone|anybody|a person|an agent|a human|a representative) available",
            rf"^(?:(?:an?|the) )?{_STRONG}(?: (?:please|now|thanks|thank you|{_STRONG}))*$",
            r"(?:human|manager|supervisor|someone else) (?:please|now)$",
        ),
        withdraws=(
            r"(?:do not|dont) have (?:my |any )?(?:permission|consent) to record",
            r"take me off (?:the |this )?recording",
            (
                r"(?:prefer|like|want) (?:that )?(?:this|the|my) (?:call"
                r"|conversation) (?:to )?not (?:to )?be (?:recorded|taped)"
            ),
            r"^(?:please )?stop (?:the )?(?:tape|taping)(?: please)*$",
            (
                r"(?<!dont )(?<!not )(?<!did you )(?<!you ever )(?<!never )(?:stop|quit|cease|end"
                r"|pause) (?:(?:the|this|that|your|my|our|call) )*(?:recording|taping|recordings)"
            ),
            r"(?:turn|switch|shut) (?:off )?(?:the |this |that |your )?recording(?: off)?(?<! recording)",
            r"(?:turn|switch|shut) off (?:the |this |that |your |call )?(?:recording|recorder)",
            r"(?:cancel|delete|erase|kill) (?:the|this|that|my|your) (?:call )?recording",
            (
                r"(?<!why )(?<!you )(?:dont|do not|you may not|you must not|never) (?:please "
                r"|ever )?(?:record|tape) (?:me|us|this|it|the call|our call|my call|that|any of this"
                r"|anything|my voice|the conversation)"
            ),
            (
                r"(?:^|please )(?:dont|do not|not) (?:be )?record(?:ing|ed)?(?: please| thanks| thank you"
                r"| anymore)*$"
            ),
            r"(?<!why )(?:dont|do not) record(?: please| anymore| any more)*$",
            (
                r"(?:dont|do not|no longer|didnt|never) (?:really )?(?:want|wish|like|agree|consent"
                r"|agreed|consented|care) (?:(?:for )?(?:you|this|this call|it|my call|the call|us"
                r"|me) )?(?:to )?(?:the |this |be |being |me |any |call |my voice )*(?:be "
                r"|being )?(?:record|recorded|recording|taped)(?! of (?:my|the) (?:payment|account"
                r"|meter))"
            ),
            (
                r"(?:rather|prefer|d like) (?:you |this |it |that |if |we |i )*(?:not|didnt|werent"
                r"|wasnt) (?:to )?(?:be )?(?:being )?(?:record|recorded|recording|taped)"
            ),
            (
                r"(?:withdraw|revoke|take back|retract|rescind) (?:my )?(?:consent|permission|agreement"
                r"|approval)"
            ),
            r"(?:object|opposed|objecting) to (?:the |this |being |any |you )*record(?:ing|ed)",
            (
                r"without (?:a |the |any |this |being |it being )*(?:recording"
                r"|recorded)(?! of)(?: (?:this|me|it|the call|please))*"
            ),
            r"^no recording(?:s)?(?: (?:please|thanks|thank you|of this call|anymore))*$",
            r"changed my mind about (?:the |being |this )*record(?:ing|ed)",
            r"off the record please|go off the record",
            (
                r"(?:do not|dont|never) (?:give|gave) (?:you )?(?:my |any )?(?:permission|consent) (?:to"
                r"|for) (?:\w+ )?record\w*"
            ),
            (
                r"(?:can|could|would|will) you (?:please )?(?:not|stop|mind not) record(?:ing)?(?: this"
                r"| me| us| it| the call| please)*$"
            ),
            r"(?:call|conversation|this) (?:must|should|may|can) not be record(?:ed|ing)",
            (
                r"(?:^|the )recording off(?: please)?$|^no more recording|delete what (?:you|you ve"
                r"|youve) recorded"
            ),
        ),
    ),
    persona=PersonaPatterns(
        human=(
            r"(?:this is|here is) (?:an? )?(?:human|person) speaking",
            r"(?:youve|you ve|you have) reached (?:an? )?(?:real|actual|live) (?:human|person)",
            r"there s (?:an? )?(?:real|actual) (?:human|person) here",
            rf"{_SELF} (?:made of )?flesh and blood",
            rf"{_SELF} (?:just )?an? (?:regular|normal|ordinary) (?:person|human)",
            (
                rf"{_SELF} (?:(?:really|actually|also|just|indeed|definitely|very much|in fact|of course"
                rf"|totally|just a|100|100 percent|only|a hundred percent) )*(?:(?:an?|the|your"
                rf"|one) )?(?:(?:real|actual|live|living|genuine|true) )*(?:human being|human|person"
                rf"|woman|man|lady|guy)(?! (?:rights|resources))"
            ),
            (
                rf"{_SELF} (?:an? |your )?(?:real|live|human|actual) (?:agent|representative|operator"
                rf"|assistant|employee|advis[eo]r)"
            ),
            (
                rf"{_SELF} (?:(?:definitely|certainly|really|obviously) )*(?:not|no) (?:(?:really|actually"
                rf"|just) )*(?:an? |the )?{_MACHINE}"
            ),
            rf"{_SELF} (?:as )?(?:human|real) (?:as|like) you",
            (
                r"(?:you are|you re|youre) (?:(?:really|actually|now|indeed) )*(?:talking|speaking"
                r"|chatting) (?:to|with) (?:an? )?(?:(?:real|actual|live|living|genuine) )*(?:human being"
                r"|human|person)(?! (?:soon|in a moment|shortly))"
            ),
            r"(?:this is|it s) (?:an? )?(?:real|actual|live) (?:human|person)(?: speaking)?",
            r"^as an? (?:human|human being|person|fellow human)",
            rf"(?:not|isnt) (?:talking|speaking) (?:to|with) (?:an? )?{_MACHINE}",
            r"there is no (?:robot|bot|machine|computer|ai) here",
        ),
        licence=(
            (
                r"(?:(?:you are|you re|youre) (?:(?:now|really|actually|currently) )*(?:talking|speaking"
                r"|chatting) (?:to|with)|youve reached|you ve reached|you have reached|this is)"
                r" (?:an?|your|our) (?:(?:licen[sc]ed|registered|certified|qualified|trained|practi[cs]ing"
                rf"|medical|board certified|real|fully|chartered|senior) )*{_OFFICE}"
                r"(?! (?:s|assistant|line|shortly|soon|in a moment|office|practice)(?!\w))"
            ),
            rf"i (?:work|practi[cs]e) as an? (?:(?:licen[sc]ed|registered|certified) )?{_OFFICE}",
            (
                rf"{_SELF} an? (?:(?:licen[sc]ed|certified|registered) )*(?:financial planner"
                rf"|physician s assistant|physician assistant)"
            ),
            (
                rf"{_SELF} (?:(?:really|actually|also|just|your|the|an?|fully"
                rf"|on duty) )*(?:(?:licen[sc]ed|registered|certified|qualified|trained|practi[cs]ing"
                rf"|medical|board certified|real|fully|chartered|senior) )*{_OFFICE}(?! (?:s|assistant"
                rf"|line)(?!\w))"
            ),
            (
                rf"{_SELF} (?:fully )?(?:licen[sc]ed|board certified|medically trained"
                rf"|admitted to the bar|a member of the bar)"
            ),
            (
                r"i (?:have|hold) (?:an? |my )?(?:medical|nursing|law|professional|state|pharmacy"
                r"|legal) (?:licen[sc]e|degree|qualification)"
            ),
            (
                rf"(?:^|speaking )as (?:an?|your) (?:(?:licen[sc]ed|registered|certified|qualified"
                rf"|trained|medical) )*{_OFFICE} i"
            ),
            rf"(?:this is|my name is|{_SELF}) (?:dr|doctor|nurse|attorney)(?:$| §| \w+)",
            r"(?:in )?my (?:medical|clinical|legal|professional) (?:opinion|judg?ement|advice)",
        ),
    ),
)
