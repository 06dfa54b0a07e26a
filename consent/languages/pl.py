"""Polish: the words of agreeing and refusing, and what callers say at any moment.

Folded: lower case, no accents, no punctuation. See `consent.speech` for what each field means.
"""

from consent.speech import IntentPatterns, PersonaPatterns, Speech, Vocabulary, end

_THING = (
    r"(?:prawdziw\w+ |zyw\w+ )?(?:czlowiek(?:iem)?|osoba|robot(?:em)?|maszyna|komputer(?:em)?|bot(?:em)?"
    r"|chatbot(?:em)?|ai|a i|sztuczna inteligencja|program(?:em)?|nagranie(?:m)?|automat(?:em)?|kobieta"
    r"|mezczyzna|wirtualn\w+ asystent\w*|asystent\w* glosow\w+)"
)
_KIND = r"czlowiek(?:iem)?|osoba|robot(?:em)?|maszyna|komputer(?:em)?|bot(?:em)?|ai|automat(?:em)?|nagranie"
_END = end(r"czy|prosze|i|po drugiej stronie|a|tam|tak|prawda|teraz|§|albo|ktory|bo|w ogole")
_PERSON = (
    r"(?:prawdziw\w+ |zyw\w+ |inn\w+ )?(?:czlowiek(?:iem|a)|osoba|osoby|konsultant(?:em|ka|a|ke)"
    r"|pracownik(?:iem|a)|operator(?:em|ka|a)|kims|kogos|doradca|doradcy|przedstawiciel(?:em|a)"
    r"|kierownik(?:iem|a)|agent(?:em|a)|obsluga klienta|obslugi klienta|specjalista|przelozonym)"
)
_ASKS = (
    r"chce|chcialbym|chcialabym|moge|prosze|wole|wolalbym|wolalabym|musze|potrzebuje|mozna|da sie"
    r"|chcielibysmy|zadam|poprosze"
)
_MACHINE = (
    r"(?:robotem|botem|maszyna|komputerem|programem|ai|sztuczna inteligencja|chatbotem|nagraniem"
    r"|automatem|wirtualnym asystentem|wirtualna asystentka)"
)
_OFFICE = (
    r"(?:pielegniarka|pielegniarzem|lekarzem|lekarka|doktorem|prawnikiem|prawniczka|adwokatem"
    r"|radca prawnym|farmaceuta|farmaceutka|aptekarzem|terapeuta|terapeutka|psychologiem|psycholozka"
    r"|psychiatra|dentysta|notariuszem|ksiegowym|ksiegowa|doradca (?:finansowym|podatkowym|prawnym)"
    r"|polozna|ratownikiem medycznym|pracownikiem socjalnym)"
)

SPEECH = Speech(
    vocabulary=Vocabulary(
        yes="tak|tak tak|no tak tak|oczywiscie|oczywiscie ze tak|jasne|jasne ze tak|pewnie"
        "|pewnie ze tak|dobrze|dobra|okej|okay|ok|zgoda|w porzadku|prosze bardzo|nie ma problemu"
        "|zaden problem|bez problemu|nie ma sprawy|naturalnie|owszem|alez tak|jak najbardziej"
        "|z przyjemnoscia|chetnie|tak prosze|zdecydowanie tak|tak oczywiscie|potwierdzam"
        "|prosze bardzo tak",
        agree="zgadzam sie|ja sie zgadzam|tak zgadzam sie|wyrazam zgode|zgadzamy sie|wyrazamy zgode"
        "|akceptuje|pozwalam|moga panstwo nagrywac|mozecie nagrywac|mozna nagrywac|moze pan nagrywac"
        "|moze pani nagrywac|prosze nagrywac|prosze nagrac|moga panstwo nagrac|nie mam nic przeciwko"
        "|nic nie mam przeciwko|nie mam zastrzezen|nie przeszkadza mi to|nie przeszkadza mi"
        "|to mi nie przeszkadza|daje zgode|ma pan moja zgode|ma pani moja zgode|maja panstwo moja zgode"
        "|nagrywajcie|nie widze problemu|nie mam nic przeciwko temu|zgadzam sie na nagranie"
        "|zgadzam sie na nagrywanie",
        no="nie|nie nie|no",
        refuse="nie dziekuje|nie zgadzam sie|ja sie nie zgadzam|nie zgadzamy sie|nie wyrazam zgody"
        "|nie chce|ja nie chce|nie zycze sobie|odmawiam|sprzeciwiam sie|nie pozwalam|nie akceptuje"
        "|wole nie|wolalbym nie|wolalabym nie|raczej nie|lepiej nie|absolutnie nie|oczywiscie ze nie"
        "|na pewno nie|w zadnym razie|w zadnym wypadku|zdecydowanie nie|alez nie|skad|nigdy|mowy nie ma"
        "|nie ma mowy|nie moga panstwo|nie mozecie|nie wolno|prosze nie|prosze nie nagrywac|nie nagrywac"
        "|nie nagrywaj|nie nagrywajcie|bez nagrywania|bez nagrania|nie daje zgody|jestem przeciw"
        "|mam cos przeciwko|nie ma zgody|brak zgody|nie sadze|chyba nie",
        hedge="nie wiem|nie jestem pewien|nie jestem pewna|moze|byc moze|zalezy|to zalezy|chyba"
        "|chyba tak|raczej tak|mysle ze tak|przypuszczam|co|slucham|jak|prosze powtorzyc|przepraszam"
        "|dlaczego|czemu|po co|kto|kiedy|ktora|chwileczke|moment|prosze poczekac|hm|hmm|mhm|aha|jesli"
        "|jezeli|ale|no tak|no nie wiem|wszystko jedno|obojetnie|jest mi obojetne|jak panstwo chca"
        "|jak pan chce|jak pani chce|skoro trzeba|musze|czy musze|czy|rozumiem|nie rozumiem|pozniej"
        "|nie teraz|jeszcze nie|prawdopodobnie|gdyby|halo|tak slucham|no dobrze|niech bedzie"
        "|nie slyszalem|nie slyszalam",
        negation="nie|bez|nigdy|zadnego|odmawiam|przestan|przestancie",
        record="nagrywac|nagrac|nagrywana|nagranie|nagrania|nagrywanie|nagrywania|nagrywajcie|nagrywaj"
        "|nagrywane|nagraniu|nagrywaniu|nagrywa|nagrywany",
        neutral="prosze|dziekuje|dziekuje bardzo|prosze pana|prosze pani|pan|pani|panstwo|eee|ach|to|i"
        "|na to|na nagranie|rozmowy|tej rozmowy|na nagrywanie|te rozmowe|ta rozmowe|rozmowe|rozmowa|te"
        "|z tym|sie|moga|mozna|jestem za|bardzo|na|ja|mnie|dla mnie|teraz",
    ),
    intents=IntentPatterns(
        leading="halo|dzien dobry|no|ale|a|i|przepraszam|prosze pana|prosze pani|prosze powiedziec|prosze"
        " mi powiedziec|chwileczke|moment|tak|nie|wiec|ok|okej|dobrze|pytanie|mam pytanie|ej|sluchaj|eee"
        "|dziekuje|prosze|teraz",
        are_you_a_person=(
            (
                rf"(?:jest pan|jest pani|pan jest|pani jest|jestes|pan to|pani to|jestescie) (?:(?:moze"
                rf"|naprawde|aby|tylko|jakims|jakas|tu|jest|w ogole|na pewno) )*{_THING}{_END}"
            ),
            rf"czy to (?:(?:jest|moze|naprawde|aby|tylko|jakis|jakas) )*{_THING}{_END}",
            (
                rf"(?:rozmawiam|mowie|gadam|mam do czynienia|ja rozmawiam) (?:(?:teraz|naprawde|moze|tu"
                rf"|tutaj|w ogole) )*(?:z|do|ze) (?:jakims |jakas )?{_THING}{_END}"
            ),
            rf"(?:{_KIND}) czy (?:z |to |moze |jednak )*(?:prawdziw\w+ |zyw\w+ )?(?:{_KIND})",
            r"(?:po drugiej stronie|tam|na linii) jest (?:prawdziwy |zywy )?(?:czlowiek|robot)",
            r"(?:brzmi|brzmisz) (?:pan |pani )?jak (?:robot|maszyna|automat|komputer)",
            r"^(?:czym|kim) (?:pan |pani |ty )?jest(?:es)?(?: pan| pani)?$",
        ),
        wants_person=(
            (
                rf"(?:{_ASKS}) (?:\w+ ){{0,4}}?(?:rozmawiac|porozmawiac|pogadac|mowic|pomowic|rozmowe"
                rf"|polaczenie|rozmowic sie) (?:\w+ )?(?:z|ze) {_PERSON}"
            ),
            rf"^(?:porozmawiac|rozmawiac|rozmowa) (?:z|ze) {_PERSON}",
            (
                rf"(?:polacz|polaczyc|przelacz|przelaczyc|przekieruj|przekierowac|polaczcie|przelaczcie"
                rf"|polaczy|przelaczy) (?:(?:mnie|prosze|mnie prosze|rozmowe) )?(?:z|ze|do|na) {_PERSON}"
            ),
            (
                r"nie (?:chce|bede) (?:rozmawiac|gadac|mowic) (?:z|do) (?:robotem|maszyna|automatem"
                r"|komputerem|botem|robota|maszyny)"
            ),
            r"(?:poprosze|chce|prosze|dajcie mi|potrzebuje|prosze o) (?:o )?(?:zyw\w+ "
            r"|prawdziw\w+ )?(?:konsultanta"
            r"|czlowieka|operatora|pracownika|konsultantke)" + end("prosze|teraz|natychmiast|a|i|§|nie"),
            (
                r"^(?:z |ze |zywy |prawdziwy )*(?:konsultant|konsultantka|czlowiek|operator|pracownik"
                r"|osoba|doradca|konsultantem|czlowiekiem|zywy czlowiek)(?: (?:prosze|teraz))*$"
            ),
        ),
        withdraws=(
            r"nie nagryw(?:ac|aj|ajcie)",
            (
                r"nie (?:chce|zycze sobie|zgadzam sie|wyrazam zgody|pozwalam|chcialbym"
                r"|chcialabym) (?:\w+ ){0,6}?(?:nagryw\w+|nagran[aiey]\w*|nagrac)"
            ),
            (
                r"(?:przestan|przestancie|przestac|zatrzymac|zatrzymaj|zatrzymajcie|wylacz|wylaczcie"
                r"|wylaczyc|zakoncz|zakonczyc|przerwij|przerwac|skasuj|skasowac|usun|usunac|stop"
                r"|koniec) (?:(?:mnie|juz|te|to|natychmiast|tej|rozmowy|prosze) )*(?:nagryw\w+|nagran\w+)"
            ),
            r"bez (?:nagrywania|nagrania|nagran)",
            r"(?:wycofuje|cofam|odwoluje) (?:swoja |moja )?zgode",
            r"sprzeciwiam sie (?:\w+ )?nagr\w+",
        ),
    ),
    persona=PersonaPatterns(
        human=(
            (
                r"(?<!nie )(?<!czy )(?<!mowic ze )(?<!powiedziec ze )(?<!udawac ze )jestem (?:(?:naprawde"
                r"|oczywiscie|tez|zwyklym|normalnym|jak najbardziej|po prostu) )*(?:(?:prawdziw\w+"
                r"|zyw\w+) )?(?:czlowiekiem|osoba|kobieta|mezczyzna)(?! kontaktow)"
            ),
            (
                r"(?<!nie )jestem (?:prawdziw\w+|zyw\w+) (?:konsultantem|konsultantka|pracownikiem"
                r"|operatorem)"
            ),
            rf"nie jestem (?:zadnym |zadna )?{_MACHINE}",
            r"rozmawia (?:pan|pani) (?:teraz |naprawde )?z (?:prawdziw\w+ |zyw\w+ )?(?:czlowiekiem|osoba)",
            r"rozmawiaja panstwo (?:teraz )?z (?:prawdziw\w+ |zyw\w+ )?(?:czlowiekiem|osoba)",
            r"^jako czlowiek",
        ),
        licence=(
            (
                r"rozmawia (?:pan|pani) (?:(?:teraz|naprawde) )*z (?:(?:dyplomowan\w+|licencjonowan\w+|prawdziw\w+) )*"
                r"(?:pielegniark\w+|lekarzem|lekark\w+|doktorem|prawnikiem|adwokatem|farmaceut\w+|psychologiem)"
            ),
            (
                rf"(?<!nie )(?<!czy )(?<!mowic ze )(?<!powiedziec ze )(?<!udawac ze )jestem (?:(?:pana"
                rf"|pani|panstwa|tez|dyplomowan\w+|licencjonowan\w+|wykwalifikowan\w+) )*{_OFFICE}"
            ),
            (
                r"^jako (?:(?:pana|pani|panstwa) )?(?:lekarz|lekarka|pielegniarka|pielegniarz|prawnik"
                r"|adwokat|farmaceuta|psycholog|terapeuta)(?= )"
            ),
            r"(?:jestem|mowi|nazywam sie|tu) (?:dr|doktor)(?:$| §| \w+)",
            (
                r"mam (?:licencje|uprawnienia|dyplom) (?:lekarsk\w+|pielegniarsk\w+|adwokack\w+"
                r"|prawnicz\w+|zawodow\w+|do wykonywania zawodu)"
            ),
            r"moja (?:opinia|ocena) (?:lekarska|medyczna|prawna|zawodowa)",
        ),
    ),
)
