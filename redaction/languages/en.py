"""English: how people of the US, the UK, India and Australia say numbers, letters, dates and who they are."""

from typing import Final

from redaction.languages import Table, phrases, words
from redaction.languages.en_cues import CUES, NOT_NAMES

_NATO = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec "
    "romeo sierra tango uniform victor whiskey xray yankee zulu"
)
_SPELLING = {word: word[0] for word in _NATO.split()} | {"alfa": "a", "juliett": "j", "whisky": "w"}

_FUNCTIONS = words(
    "a an the is are was were be been am i me my mine we us our you your he him his she her it its they them "
    "their this that these those and or but so if as at by for from in into of off on out over to up with "
    "about "
    "after before then than there here what which who how when where why do does did have has had can could "
    "will "
    "would should may might must not no yes yeah yep okay ok please thanks thank just only also it's that's "
    "i'm "
    "i'd i'll he's she's we're you're they're what's who's email e-mail mail address emails reach contact "
    "write "
    "send sent use using account website site page online visit go check look see under called name number "
    "um uh er well like oh right sure hi hello hey because via through get got call try any our"
)

_STREETS = words(
    "street st avenue ave av road rd lane ln drive dr boulevard blvd court ct place pl terrace ter way circle "
    "cir "
    "highway hwy parkway pkwy square sq close crescent cres gardens grove mews row walk trail trl loop alley "
    "plaza "
    "crossing ridge hill heights view green mount rise quay wharf esplanade nagar marg colony turnpike pike "
    "path "
    "approach rye mead vale croft parade villas cottages chase copse embankment broadway causeway brae wynd layout "
    "enclave vihar meadow meadows orchard knoll heath point cove bend run glen hollow landing canyon creek "
    "bypass expressway freeway"
)

_STATES = phrases(
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|"
    "illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|"
    "mississippi|"
    "missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|"
    "ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|"
    "virginia|washington|west virginia|wisconsin|wyoming|district of columbia|puerto rico|ontario|quebec|"
    "british columbia|alberta|manitoba|saskatchewan|nova scotia|new brunswick|new south wales|victoria|"
    "queensland|"
    "dc|tasmania|south australia|western australia|maharashtra|karnataka|tamil nadu|kerala|gujarat|punjab"
)

TABLE: Final = Table(
    code="en",
    units={
        "zero": "0",
        "nought": "0",
        "naught": "0",
        "aught": "0",
        "nil": "0",
        "oh": "0",
        "o": "0",
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
        "five": "5",
        "six": "6",
        "seven": "7",
        "eight": "8",
        "nine": "9",
        "niner": "9",
    },
    weak_zeros=words("oh o nil nought naught aught"),
    closed={
        "ten": "10",
        "eleven": "11",
        "twelve": "12",
        "thirteen": "13",
        "fourteen": "14",
        "fifteen": "15",
        "sixteen": "16",
        "seventeen": "17",
        "eighteen": "18",
        "nineteen": "19",
    },
    tens={
        "twenty": "2",
        "thirty": "3",
        "forty": "4",
        "fourty": "4",
        "fifty": "5",
        "sixty": "6",
        "seventy": "7",
        "eighty": "8",
        "ninety": "9",
    },
    hundred=words("hundred"),
    thousand=words("thousand lakh"),
    million=words("million billion crore"),
    joins=words("and"),
    articles=words("a"),
    pronouns=words("one"),
    plurals={
        "zeros": "0",
        "zeroes": "0",
        "ohs": "0",
        "ones": "1",
        "twos": "2",
        "threes": "3",
        "fours": "4",
        "fives": "5",
        "sixes": "6",
        "sevens": "7",
        "eights": "8",
        "nines": "9",
    },
    homophones={
        "for": "4",
        "to": "2",
        "too": "2",
        "won": "1",
        "ate": "8",
        "tree": "3",
        "fife": "5",
        "sex": "6",
    },
    repeats={"double": 2, "dbl": 2, "triple": 3, "treble": 3, "quadruple": 4},
    fillers=phrases("um|uh|er|erm|uhm|umm|uhh|hmm|hm|mm|ah|eh|uh huh|mhm"),
    pauses=phrases(
        "second|moment|sec|let me see|let's see|lets see|hold on|hang on|one sec|one second|one moment|just a "
        "second|just a sec|just a "
        "moment|give me a second|bear with me|okay|ok|yeah|yes|right|so|well|like|you know|please|"
        "let me check|i "
        "think|"
        "and then|then|followed by|after that|next|and|now|um okay|got it|basically|let me think|i believe|"
        "what is it|what was it|what's next|are you ready|you ready|you got that|got that|did you get that|"
        "space|comma|pause|and it's|it's|and that's|that's|and after that|and next|ready|all right|alright|"
        "it goes|goes|the rest is|and the rest is|continuing|and finally|finally|lastly|and lastly|then it's|"
        "and the last four are|and the last four|the last four are|last four|the last four|the first four are|"
        "let me find it|let me look|let me get it|i mean|sort of|kind of|and also|hang on a second|"
        "hold on a second|hold on a sec|just one second|just one moment|where was i|the next four are|"
        "there's|and there's|and a|and an|a|ooh|oops|ah okay|sir|ma'am|madam|mate|buddy|"
        "that's area code|that's the area code|is the area code|area code|you there|still there|"
        "are you there|hello"
    ),
    separators=phrases("colon|dash|hyphen|minus|slash|stroke|point|dot|period|underscore|plus|full stop"),
    corrections=phrases(
        "scratch that|no scratch that|forget that|ignore that|cancel that|no wait|wait no|no sorry|sorry|sorry "
        "no|i mean|no i mean|actually|actually no|no actually|correction|"
        "make that|no make that|excuse me|my mistake|my bad|oops|oops sorry|no it's|no that's|i meant|"
        "sorry i meant|sorry i mean|rather|or rather|wait|no|no not|not that|sorry that's|wait sorry|"
        "no just|just|i repeat|i'll repeat|repeat|i repeat that|sorry wait|no no|no no no|pardon|pardon me|i said|"
        "strike that|let me correct that|wait that's|"
        "sorry it's|actually it's|no wait it's|no wait that's|that should be|it should be|should be|"
        "that's wrong|no that's wrong|hang on no|hold on no|wait actually|apologies|i misspoke|well actually|"
        "uh no|um no|um sorry|uh sorry|uh no wait|um no wait|ah sorry|ah no|oh sorry|oh no|oh wait"
    ),
    restarts=phrases(
        "start over|let me start over|let me start again|start again|let me try again|let me repeat|"
        "from the top|from the beginning|once more|again|let me say that again|i'll start again|"
        "i'll start over|"
        "sorry let me start over|sorry let me start again|"
        "one more time|let me redo that|i'll say it again|let me read it again|let me restart|that's wrong let "
        "me start over"
    ),
    spelling=_SPELLING,
    letter_words={"zed": "z", "zee": "z", "dubya": "w", "aitch": "h", "haitch": "h", "ess": "s", "ex": "x"},
    as_in=phrases("as in|for|like|is in|as|of|is for"),
    capitals=words("capital uppercase lowercase cap small big letter"),
    weak_letters=words("a i o u"),
    at=words("at"),
    dot=words("dot point period"),
    marks={
        "underscore": "_",
        "dash": "-",
        "hyphen": "-",
        "minus": "-",
        "plus": "+",
        "slash": "/",
        "dot": ".",
        "point": ".",
        "period": ".",
        "colon": ":",
        "apostrophe": "'",
    },
    styling=phrases(
        "all lower case|all lowercase|lower case|lowercase|all one word|one word|no spaces|no space|"
        "all together|"
        "all upper case|upper case|all caps|the word|the number|the digit|the letter|the letters|the numbers|"
        "all in lower case|all small letters|as one word|with no spaces|no dots|symbol|sign|at sign"
    ),
    functions=_FUNCTIONS,
    months={
        "january": 1,
        "february": 2,
        "march": 3,
        "april": 4,
        "may": 5,
        "june": 6,
        "july": 7,
        "august": 8,
        "september": 9,
        "october": 10,
        "november": 11,
        "december": 12,
        "jan": 1,
        "feb": 2,
        "mar": 3,
        "apr": 4,
        "jun": 6,
        "jul": 7,
        "aug": 8,
        "sep": 9,
        "sept": 9,
        "oct": 10,
        "nov": 11,
        "dec": 12,
    },
    ordinals={
        "first": 1,
        "second": 2,
        "third": 3,
        "fourth": 4,
        "fifth": 5,
        "sixth": 6,
        "seventh": 7,
        "eighth": 8,
        "ninth": 9,
        "tenth": 10,
        "eleventh": 11,
        "twelfth": 12,
        "thirteenth": 13,
        "fourteenth": 14,
        "fifteenth": 15,
        "sixteenth": 16,
        "seventeenth": 17,
        "eighteenth": 18,
        "nineteenth": 19,
        "twentieth": 20,
        "thirtieth": 30,
    },
    date_joins=words("of the in and day"),
    articles_of_dates=words("the"),
    units_after=words(
        "dollar dollars cent cents buck bucks pound pounds euro euros rupee rupees quid pence percent per "
        "degrees "
        "degree minute minutes min mins hour hours hrs day days week weeks month months year years second "
        "seconds "
        "sec secs time times am pm o'clock oclock kilowatt kilowatts kwh watts volts amps gb mb kb tb gig gigs "
        "megabytes gigabytes megs mile miles km kilometers kilometres meter meters metre metres feet foot inch "
        "inches point points item items piece pieces people persons person kids children users customers "
        "employees "
        "copies calls pages stars star units kilos kg lbs grams ounces oz gallons litres liters tons square "
        "hundred "
        "million billion thousand usd gbp eur inr aud cad grand half quarter dozen p.m a.m thirty-second mph "
        "nights "
        "rooms seats tickets steps stops lines bars blocks floors options percentages businesses working "
        "business "
        "business-day th st nd rd yearly monthly more or"
    )
    - words("or more"),
    units_before=words(
        "error yard room version model route flight gate channel page chapter section step floor level "
        "interstate exit bus "
        "platform terminal windows iphone galaxy release build article series season episode volume aisle row "
        "seat "
        "size highway line press option form rule title class grade temperature speed about approximately "
        "roughly "
        "around nearly almost over under than exactly maximum minimum limit total costs cost price paid pay "
        "owe "
        "charged charge worth balance fee v year fiscal area studio apollo formula top unit"
    )
    - words("area unit balance"),
    year_before=words(
        "in since until till by from year early late mid summer winter spring fall autumn of during "
        "before after through and to back around circa for january february march april may june july "
        "august september october november december"
    ),
    plural_endings=("s",),
    cues=CUES,
    links=words(
        "is are was it's its it's's number numbers no id the a an my of and so here here's code that's that "
        "reads "
        "starts begins with would be will following as goes like okay ok yes yeah sure um uh er well right "
        "please "
        "for this these digits digit on file to me at on you can take it in i'll give equals reading says say "
        "card account it ends ending line called just be"
    ),
    asks=words(
        "what what's whats may can could please tell give provide confirm verify need enter say spell which "
        "share repeat read have get let's whose"
    ),
    name_cues=phrases(
        "my name is|my name's|the name is|name is|name's|my full name is|full name is|first name is|"
        "last name is|"
        "surname is|family name is|my first name is|my last name is|my first name's|my last name's|i am called|"
        "i'm called|call me|my name it's|under the name|under the name of|in the name of|account holder is|"
        "account holder|cardholder is|cardholder name is|name on the account is|name on the card is|"
        "name on the account|name on the card|first name|last name|middle name|middle name is|maiden name is|"
        "maiden name|mother's maiden name is|mother's maiden name was|full name|surname|husband's name is|"
        "wife's name is|son's name is|daughter's name is|her name is|his name is|their name is|"
        "patient's name is|"
        "patient name is|patient name|speaking with|speaking to|am i speaking with|am i speaking to|"
        "policy holder is|policyholder is|holder is|the holder is|beneficiary is|user is|customer name|"
        "customer "
        "name is|contact name|doctor's name is|spouse's name is|it's spelled|spelled|"
        "maiden name was|name was|"
        "my wife|my husband|my son|my daughter|my brother|my sister|my mother|my father|my partner|my friend|"
        "my colleague|my boss|my doctor|my roommate|my neighbor|my neighbour"
    )
    - phrases(
        "my wife|my husband|my son|my daughter|my brother|my sister|my mother|my father|my partner|"
        "my friend|my colleague|my boss|my doctor|my roommate|my neighbor|my neighbour"
    ),
    weak_name_cues=phrases(
        "this is|i'm|i am|it's|speak to|speak with|talk to|talk with|ask for|thank you|thanks|hi|hello|hey|"
        "dear|"
        "my wife|my husband|my son|my daughter|my brother|my sister|my mother|my father|my partner|my friend|"
        "my colleague|my boss|my doctor|my neighbor|my neighbour|regards|sincerely|good morning|good afternoon|"
        "good evening|on behalf of|contact|agent|representative|spoke to|spoke with|welcome|sorry|yes|"
        "it's under|under|named|beneficiary|name|names|talking to|talking with|met with|meet|met|bye|goodbye|"
        "sure|of "
        "course|certainly|told|from|by|for|with|and"
    )
    - phrases("sorry|yes|sure|certainly|from|by|for|with|and|of course"),
    name_after=phrases("speaking|calling|here|on the line|calling from|calling about"),
    titles=words(
        "nurse mr mrs ms miss mister missus dr doctor prof professor sir madam mx sergeant captain officer "
        "judge"
    ),
    name_particles=words(
        "van von de der den del la le da di du dos das bin ibn al el mac mc o' st saint ter ten bint abu san"
    ),
    not_names=NOT_NAMES,
    street_after=_STREETS,
    vague_streets=words(
        "way court ct drive dr place pl close point view run hill row walk park square green bend rise "
        "landing path "
        "circle heights mount terrace loop trail cove ridge grove mews alley crossing canyon creek quay st "
        "plaza "
        "glen approach rye mead vale croft parade villas cottages chase copse embankment broadway causeway brae wynd "
        "layout enclave vihar meadow meadows orchard knoll heath "
        "gardens hollow wharf colony pike bypass"
    ),
    address_cues=phrases(
        "lives on|live on|living on|house on|stay on|i'm on|i live at|live at|lives at|living at|my address is|"
        "address is|address's|home address is|i live on|"
        "billing address is|shipping address is|mailing address is|my new address is|new address is|"
        "moved to|moving to|i'm at|located at|residing at|reside at|deliver to|ship it to|send it to|"
        "property at|house at|service address is|postal address is|delivered to|stay at|staying at|"
        "street address is"
    ),
    unit_words=words(
        "apartment apt unit suite ste flat floor room building bldg number lot trailer po box block"
    ),
    regions=_STATES,
    voice={},
)
