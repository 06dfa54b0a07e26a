"""English cues: the phrases after (or before) which a number or word is of a known kind."""

from typing import Final

from redaction.languages import words

CUES: Final = {
    "PAN": (
        "card number|credit card|debit card|credit card number|debit card number|card|visa|mastercard|"
        "master card|amex|american express|discover|discover card|long number|sixteen digits|16 digits|"
        "digits are|number on the front|cards|number on my card|number on the card|visa number|amex number|"
        "payment card|bank card|maestro|rupay"
    ),
    "SECURITY_CODE": (
        "security code|security number|cvv|cvc|cvv2|cvv number|cvv code|cvc code|csc|cid|card verification|"
        "three digits on the back|three digit code|four digits on the front|on the back|code on the back|"
        "digits on the back|back of the card|back of it|verification value|card code|verification number|"
        "three digit number|three numbers|last three numbers|signature strip|signature panel|"
        "by the signature|under the signature|little number on the back|numbers on the back|"
        "back of my card|code on the front|three digits|c v v|c v c|number on the back|4 digit code|"
        "last three|last three digits|last three on the back|on the strip|on the reverse|reverse side|"
        "reverse of the card|little number|little numbers|small number|small numbers|little digits|"
        "three little numbers|three little digits|three small numbers|three small digits|"
        "by the signature strip|next to the signature|"
        "near the signature|back strip|on the strip|on the signature|code from the back|"
        "verification code on the card|code on the card|code on my card|card security code|"
        "card verification code|card verification number|three on the back|four on the front|"
        "four digits on the front|numbers on the strip|numbers on the reverse|cvs code|ccv|cvn|c c v|"
        "c v v two|cv two|cvv two|cid number|three digit security|number on the strip|back number|"
        "number on the reverse|number behind the card|digits behind the card|other side of the card"
    ),
    "CARD_EXPIRY": (
        "expires|expiry|expiration|expiration date|expiry date|exp|exp date|good through|good thru|"
        "valid thru|valid through|valid until|expiring|expire|valid to|card ends|until the end of|"
        "good until|valid till|good till|runs until|month and year|date on it|date on the card|"
        "date on the front|runs out|expires on|expires in|expires end|expired|valid from|start date|"
        + "|".join(
            f"{verb}{end}"
            for verb in (
                "valid until",
                "valid till",
                "valid to",
                "valid through",
                "good until",
                "good till",
                "good through",
                "good to",
                "expires",
                "expires at",
                "expiry is",
                "runs out",
                "runs out at",
                "runs to",
                "runs until",
                "dies",
                "dies at",
                "runs till",
                "is up",
                "is up at",
                "ends",
                "lasts until",
                "lasts till",
            )
            for end in (" the end of", " end of", " the")
        )
        + "|card lasts until|card lasts till|card's good until|card is good until|card dies|card runs to|until end of"
    ),
    "CODE": "code",
    "PIN": "pin|pin number|pin code|p i n|atm pin|phone pin|telephone pin|pins",
    "IBAN": "iban|iban number|i ban|eye ban|i b a n|international bank account number",
    "BANK_ACCOUNT": (
        "bank account|bank account number|checking account|checking account number|savings account|"
        "savings account number|checking|savings|current account|current account number|direct deposit|"
        "account with chase|account to debit|bank"
    ),
    "ROUTING_NUMBER": (
        "routing|routing number|routing code|aba|aba number|sort code|bsb|bsb number|ifsc|ifsc code|"
        "transit number|swift|swift code|bic|bank code|routing transit number|institution number"
    ),
    "SSN": (
        "social security|ss number|ss|social security number|social|ssn|s s n|itin|last four of my social|"
        "social number|last four of social|taxpayer id|tax id|taxpayer identification number|social's|"
        "social insurance card"
    ),
    "NATIONAL_ID": (
        "national insurance|national insurance number|ni number|nino|social insurance number|sin number|"
        "sin|aadhaar|aadhar|adhar|aadhaar number|aadhaar card|pan card|pan card number|pan number|"
        "permanent account number|tax file number|tfn|national id|national id number|identity card|"
        "identity number|id number|id card|national identification number|id card number|pesel|bsn|dni|nie|"
        "nif|codice fiscale|steuer id|tax number|tax identification number|government id|voter id|"
        "identification number|citizen service number"
    ),
    "PASSPORT": "passport|passport number|passport no",
    "DRIVER_LICENCE": (
        "driver's license|drivers license|driver license|driver's licence|drivers licence|driving licence|"
        "driving license|license number|licence number|driver's license number|dl number|dl|driver licence|"
        "driver's licence number|driving licence number|license"
    ),
    "HEALTH_ID": (
        "medical record|medical record number|mrn|m r n|member id|member number on my insurance card|"
        "medicare|medicare number|medicaid|medicaid number|mbi|npi|n p i|nhs|nhs number|n h s number|"
        "health insurance number|insurance id|patient id|patient number|health card|health card number|"
        "insurance member id|subscriber id|group number|medicare id|health id|medical record no|"
        "chart number|prescription number|insurance number|beneficiary number|health plan number|"
        "health insurance|hospital number|rx number"
    ),
    "PHONE": (
        "area code|phone|phone number|telephone|telephone number|cell|cell number|cell phone|mobile|"
        "mobile number|cellphone|call me|call me back|call me at|reach me|callback|callback number|"
        "call back|call back number|my number|number is|text me|whatsapp|home number|work number|"
        "contact number|best number|landline|fax|fax number|fax is|number's|number to reach me|"
        "office number|daytime number|home phone|work phone|reach me at|other number|new number|ring me|"
        "phone's|contact me|number to call|reached at|ring me on|call her|call him|dial|hotline|helpline"
    ),
    "POSTCODE": "zip|zip code|zipcode|postcode|post code|postal code|pincode|zip's|postal|area zip",
    "DATE_OF_BIRTH": (
        "born|born on|born in|date of birth|dob|d o b|birthday|birthdate|birth date|my birthday|birthday's|"
        "birth day|day of birth|year of birth"
    ),
    "ACCOUNT_NUMBER": (
        "po number|purchase order|purchase order number|account|account number|account's|order|"
        "order number|policy|policy number|customer number|customer id|reference|reference number|"
        "confirmation number|confirmation code|case number|ticket number|claim number|claim|member number|"
        "membership number|invoice number|tracking number|booking number|booking reference|loyalty number|"
        "account id|acct|acct number|contract number|user id|case id|ticket|application number|loan number|"
        "account no|order no|order id|booking ref|order ref|ref|ref no|ref number|rewards number|"
        "frequent flyer number|frequent flyer|meter number|reservation number|confirmation|tracking|"
        "invoice|student id|employee id|employee number|badge number|username|user name|login|login name|"
        "customer reference|case|service number|policy no|plan number|utility account|meter"
    ),
    "PASSWORD": (
        "first pet|first pet's name|pet's name|name of my pet|childhood nickname|favourite teacher|"
        "favorite teacher|first teacher|high school mascot|first school|password|security question answer|"
        "security question|answer to the security question|code you texted|code you sent|code you emailed|"
        "passphrase|pass phrase|passcode|pass code|verification code|one time code|one-time code|"
        "one time password|access code|secret word|security word|security answer|one time passcode|otp|"
        "login code|security phrase|password's|memorable word|answer to my security question|secret answer|"
        "online password|wifi password|code word|codeword|safe word|secret question|door code|gate code|"
        "alarm code|authentication code|code we texted you"
    ),
    "VEHICLE_ID": (
        "reg|reg number|registration|license plate|licence plate|plate number|plate|number plate|vin|"
        "vin number|v i n|registration number|vehicle identification number|registration plate|tag number|"
        "vehicle registration|rego|license plate number|plates|plate's|vehicle registration number|"
        "chassis number"
    ),
    "DEVICE_ID": (
        "mac|mac id|imei|imei number|serial number|serial|mac address|device id|device number|iccid|udid|"
        "sim number|i m e i|modem serial|sim card number|device serial|equipment id|equipment number|"
        "router serial"
    ),
    "IP_ADDRESS": "ip|ip address|i p address|i p|ip's|ip is",
    "EMAIL": "email|e-mail|email address|e-mail address|email's|mail address|gmail|e mail|e mail address",
    "NUMBER": "last four|last 4|last four digits|last 4 digits",
    "AGE": "age|aged|age is|years old|year old|turned|turning",
    "NAME": (
        "maiden name|middle name|your name|full name|your full name|first name|last name|spell your name|"
        "name please|surname|account holder|who am i speaking with|who am i speaking to|"
        "name on the account|name on the card|who's calling|whom am i speaking with"
    ),
    "ADDRESS": (
        "your address|home address|street address|billing address|mailing address|address|service address"
    ),
}

#: Words after "this is", "I'm" or "call me" that are no name, and capitalised words that are no name.
NOT_NAMES: Final = words(
    """
    pick drop bring carry asked goes comes runs picks
    caller callers client clients tenant applicant claimant subscriber payee
    a an the my your our his her its their this that these those it he she we they you i me him them us who what
    which when where why how not no yes yeah yep nope ok okay oh so very too just really quite also still already
    now then here there again back away home ready done sorry afraid sure certain glad happy sad good fine well
    great bad better best worse okay alright right wrong correct true false new old young able unable trying going
    calling looking waiting having getting doing making talking speaking asking wondering hoping thinking paying
    living working moving leaving coming using being seeing interested concerned worried confused frustrated
    annoyed upset angry tired sick busy late early in on at from to for with by about of off up down out over under
    and or but if as than because since until while during before after between through into onto only even more
    most less least much many some any all both each every few several one two three four five six seven eight nine
    ten zero first second third last next other another same different such own please thanks thank hello hi hey bye
    goodbye welcome let get got give given go gone come came make made take taken see seen know known think thought
    say said tell told ask asked want wanted need needed like liked love help helped call called pay paid buy bought
    sell sold send sent put set keep kept leave left find found show shown try tried use used work worked live lived
    is are was were be been am do does did have has had will would can could shall should may might must
    customer agent representative manager supervisor person people man woman operator assistant robot machine
    computer account number card phone address email name bill payment order service company business office house
    apartment school hospital bank credit debit money dollar dollars cents price cost fee charge balance refund
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december today tomorrow yesterday morning afternoon evening night noon midnight
    week month year day hour minute english spanish french german italian portuguese dutch polish american british
    canadian mexican indian chinese japanese visa mastercard amex discover paypal internet online website app
    technical support sales billing customer care department team everyone everybody anyone anybody someone somebody
    nobody nothing something anything everything probably maybe perhaps actually basically literally absolutely
    definitely exactly hundred thousand million it's that's what's there's he's she's i'm i've i'd i'll we're you're
    they're don't doesn't didn't won't wouldn't can't couldn't isn't aren't wasn't weren't haven't hasn't curious
    unfortunately however therefore regarding concerning urgent important ridiculous great perfect wonderful
    how's everything's wrong broken down stuck lost missing gone available unavailable possible impossible
    satisfied unhappy pleased excited surprised disappointed retired married divorced single pregnant disabled
    born died age aged living owner holder user member patient guest tenant guy lady gentleman kid kids everything
    moving traveling travelling driving currently almost about locked having unsure eligible responsible
    """
)
