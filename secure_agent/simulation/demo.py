"""The demonstration assistant of "Example Energy": a few rules instead of a model, so that the call needs no key."""

import json
import re
from typing import Any

from livekit.agents import llm

from consent import Answer, understand_answer
from policies.text import RedactedText
from secure_agent.simulation.models import ModelTurn

VERSION = "demo-assistant-1"

_PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "balance": "You owe {amount}, due at the end of the month. Would you like to pay it now?",
        "pay": "I will take that payment now.",
        "charged": "Thank you, {amount} is paid. Is there anything else?",
        "not_charged": "The payment did not go through, and nothing was charged. Is there anything else?",
        "unknown": "I could not learn whether the payment went through. We will check it; nothing is taken twice.",
        "address": "Your address is changed. Is there anything else?",
        "ask_address": "What is the new address?",
        "ask_number": "First I have to know who is calling. What is your customer number?",
        "ask_postcode": "And what is your postcode?",
        "not_verified": "I am sorry, that does not agree with what we have. Would you like to speak to a person?",
        "hours": "Our offices are open on weekdays from eight until five, and on Saturdays until noon.",
        "noted": "Thank you, I have noted that. What can I do for you?",
        "bye": "Thank you for calling. Goodbye.",
        "trouble": "I am sorry, that did not work. Would you like to speak to a person?",
        "help": "I can tell you your balance, take a payment by keypad, or change your address.",
    },
    "de": {
        "balance": "Es sind {amount} offen, fällig am Monatsende. Möchten Sie jetzt bezahlen?",
        "pay": "Ich nehme die Zahlung jetzt entgegen.",
        "charged": "Vielen Dank, {amount} sind bezahlt. Kann ich noch etwas für Sie tun?",
        "not_charged": "Die Zahlung ist nicht zustande gekommen, es wurde nichts abgebucht.",
        "unknown": "Ob die Zahlung gelungen ist, weiß ich noch nicht. Wir prüfen es; doppelt wird nichts abgebucht.",
        "address": "Ihre Adresse ist geändert. Kann ich noch etwas für Sie tun?",
        "ask_address": "Wie lautet die neue Adresse?",
        "ask_number": "Zuerst muss ich wissen, wer anruft. Wie lautet Ihre Kundennummer?",
        "ask_postcode": "Und wie lautet Ihre Postleitzahl?",
        "not_verified": "Das stimmt leider nicht mit unseren Angaben überein. Möchten Sie mit einem Menschen sprechen?",
        "hours": "Unsere Büros sind werktags von acht bis siebzehn Uhr geöffnet, samstags bis zwölf.",
        "noted": "Danke, das habe ich notiert. Was kann ich für Sie tun?",
        "bye": "Vielen Dank für Ihren Anruf. Auf Wiederhören.",
        "trouble": "Das hat leider nicht geklappt. Möchten Sie mit einem Menschen sprechen?",
        "help": "Ich kann Ihnen den Kontostand nennen, eine Zahlung annehmen oder Ihre Adresse ändern.",
    },
}

_RULES: tuple[tuple[str, str], ...] = (
    (r"\b(bye|goodbye|that is all|that's all|wiederhören|tschüss)\b", "bye"),
    (r"\b(pay|payment|bezahlen|zahlen|zahlung)\b", "pay"),
    (r"\b(balance|owe|bill|rechnung|kontostand|offen)\b", "balance"),
    (r"\b(address|moved|moving|adresse|umgezogen)\b", "address"),
    (r"\b(open|hours|office|geöffnet|öffnungszeiten)\b", "hours"),
    (r"<[A-Z_]+_\d+>|\bmy (number|name|account) is\b", "noted"),
)

#: What a caller names when asked for a number: its label, or digits where redaction saw nothing to hide.
_FACT = re.compile(r"<[A-Z_]+_\d+>|\d[\d ]*")


class DemoBrain:
    """Answers from the last item of the context: a turn of the caller or the result of a tool."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._phrases = _PHRASES.get(language.partition("-")[0], _PHRASES["en"])
        self._awaits_address = False
        self._offered_payment = False
        self._asked: ModelTurn | None = None  # the last tool, which a verified caller gets at once
        self._facts: list[str] | None = None  # while the caller is being verified

    def __call__(self, context: llm.ChatContext) -> ModelTurn:
        for item in reversed(context.items):
            match item:
                case llm.FunctionCallOutput():
                    return self._after_tool(item.name, item.output)
                case llm.ChatMessage():
                    return self._after_turn(item.text_content or "")
                case _:
                    continue
        return ModelTurn(self._phrases["help"])

    def _after_turn(self, text: str) -> ModelTurn:
        said = text.lower() if "<" not in text else text
        offered, self._offered_payment = self._offered_payment, False
        if offered and understand_answer(RedactedText(text), self._language) is Answer.YES:
            return self._pay()
        if self._facts is not None:
            return self._verify(text)
        if self._awaits_address:
            self._awaits_address = False
            return self._ask(ModelTurn(tool="change_address", args={"address": text[:200]}))
        topic = next((topic for rule, topic in _RULES if re.search(rule, said, re.IGNORECASE)), "help")
        match topic:
            case "balance":
                return self._ask(ModelTurn(tool="get_balance"))
            case "pay":
                return self._pay()
            case "address":
                self._awaits_address = True
                return ModelTurn(self._phrases["ask_address"])
            case _:
                return ModelTurn(self._phrases[topic])

    def _pay(self) -> ModelTurn:
        return self._ask(
            ModelTurn(self._phrases["pay"], "take_payment", {"amount_minor": 4200, "currency": "USD"})
        )

    def _ask(self, turn: ModelTurn) -> ModelTurn:
        self._asked = turn
        return turn

    def _verify(self, text: str) -> ModelTurn:
        """Take one fact from each turn: the customer number, then the postcode."""
        found = _FACT.search(text)
        facts = [*(self._facts or ()), (found.group() if found else text).strip()[:40]]
        if len(facts) == 1:
            self._facts = facts
            return ModelTurn(self._phrases["ask_postcode"])
        self._facts = None
        return ModelTurn(tool="verify_caller", args={"customer_number": facts[0], "postcode": facts[1]})

    def _after_tool(self, name: str, output: str) -> ModelTurn:
        try:
            result: dict[str, Any] = json.loads(output)
        except ValueError:
            return ModelTurn(self._phrases["trouble"])
        match name, result:
            case "get_balance", {"balance_minor": int(minor), "currency": str(currency)}:
                self._offered_payment = True
                return ModelTurn(self._phrases["balance"].format(amount=_amount(minor, currency)))
            case "take_payment", {"status": "charged"}:
                return ModelTurn(self._phrases["charged"].format(amount=_amount(4200, "USD")))
            case "take_payment", {"status": "unknown"}:
                return ModelTurn(self._phrases["unknown"])
            case "take_payment", _:
                return ModelTurn(self._phrases["not_charged"])
            case "verify_caller", {"verified": True} if self._asked is not None:
                return self._asked
            case "verify_caller", _:
                return ModelTurn(self._phrases["not_verified"])
            case _, {"error": str(error)} if "verify_caller" in error:
                self._facts = []
                return ModelTurn(self._phrases["ask_number"])
            case "change_address", {"status": "changed"}:
                return ModelTurn(self._phrases["address"])
            case _:
                return ModelTurn(self._phrases["trouble"])


def _amount(minor: int, currency: str) -> str:
    unit = {"USD": "dollars", "EUR": "euros", "GBP": "pounds"}[currency]
    whole, rest = divmod(minor, 100)
    return f"{whole} {unit}" if not rest else f"{whole} {unit} and {rest} cents"
