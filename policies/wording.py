"""What is said word for word, by language: fixed texts that never pass a model, each with its hash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from policies.errors import MissingScriptError, PolicyError, PolicyUnusableError
from policies.schema import Id, Language, Strict, Text
from policies.text import RedactedText

#: Names of the placeholders, as the texts write them, by the argument that fills them.
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "C": "company",
        "purpose": "purpose",
        "activity": "activity",
        "EMERG": "emergency",
        "CRISIS": "crisis",
        "NUMBER": "number",
        "amount": "amount",
        "last4": "last4",
    }
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

#: What the law files ask for, in the order in which a call may need them.
LEGAL_KEYS = (
    "ai", "ai_if_asked", "human", "live", "rec_optin", "rec_optout", "rec_notice", "rec_duty",
    "ok_yes", "ok_no", "emergency", "crisis",
)  # fmt: skip
#: What the service says besides.
SERVICE_KEYS = (
    "help", "repeat", "card_spoken", "stopped", "apology", "handover", "no_person", "offer_person",
    "pay_number", "pay_expiry", "pay_code", "pay_code_4", "pay_invalid", "pay_timeout", "pay_declined",
    "pay_unavailable", "pay_given_up", "no_keypad", "keypad_only", "keypad_menu", "still_there", "goodbye",
    "ask_country",    "activity_declined",
)  # fmt: skip


class Script(Strict):
    """One text with its SHA-256, so that no word changes unseen."""

    text: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    status: Literal["draft", "approved"] | None = None
    reviewed_by: Text | None = None


class Words(Strict):
    """What fills a placeholder when the caller of `render` has nothing better."""

    purpose: Text
    emergency: Text
    crisis: Text


class ScriptFile(Strict):
    """One file of `scripts/`: the texts of one language."""

    language: Language
    status: Literal["draft", "approved"]
    reviewed_by: Text | None = None
    source: Text
    words: Words
    scripts: dict[Id, Script] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class RenderedScript:
    """A text ready to be spoken, and the hash of the template it came from."""

    key: str
    language: str
    text: RedactedText
    sha256: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """The texts of every language. A text whose hash is wrong is never spoken."""

    files: Mapping[str, ScriptFile]
    altered: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def keys(self, language: str) -> frozenset[str]:
        """The keys that can be spoken in LANGUAGE."""
        tag = self.tag(language)
        return (
            frozenset(key for key in self.files[tag].scripts if (tag, key) not in self.altered)
            if tag
            else frozenset()
        )

    def tag(self, language: str) -> str | None:
        """The file that speaks LANGUAGE: its own, or else that of the plain language."""
        tag = language.lower().replace("_", "-")
        return next((one for one in (tag, tag.partition("-")[0]) if one in self.files), None)

    def purpose(self, language: str) -> str:
        """The default words for why calls are recorded."""
        return self._file(language, "purpose").words.purpose

    def hashes(self) -> dict[str, dict[str, str]]:
        """SHA-256 of every text that may be spoken, by language and key."""
        return {
            tag: {
                key: script.sha256
                for key, script in sorted(file.scripts.items())
                if (tag, key) not in self.altered
            }
            for tag, file in sorted(self.files.items())
        }

    def template(self, language: str, key: str) -> Script:
        """The text of KEY before anything is filled in."""
        file = self._file(language, key)
        if (file.language, key) in self.altered:
            raise PolicyUnusableError(
                f"script {key!r} in {file.language!r} does not match its hash: it was altered"
            )
        script = file.scripts.get(key)
        if script is None:
            raise MissingScriptError(language, key)
        return script

    def render(
        self,
        language: str,
        key: str,
        *,
        company: str | None = None,
        purpose: str | None = None,
        activity: str | None = None,
        emergency: str | None = None,
        crisis: str | None = None,
        number: str | None = None,
        amount: str | None = None,
        last4: str | None = None,
    ) -> RenderedScript:
        """The text of KEY with its placeholders filled; a placeholder left open is an error."""
        script = self.template(language, key)
        words = self._file(language, key).words
        values = {
            "C": company,
            "purpose": purpose or words.purpose,
            "activity": activity,
            "EMERG": emergency or words.emergency,
            "CRISIS": crisis or words.crisis,
            "NUMBER": number,
            "amount": amount,
            "last4": last4,
        }

        def fill(match: re.Match[str]) -> str:
            value = values.get(match[1])
            if value is None:
                name = PLACEHOLDERS.get(match[1], match[1])
                raise PolicyError(f"script {key!r} in {language!r} needs a value for {name!r}")
            return value

        text = _PLACEHOLDER.sub(fill, script.text)
        return RenderedScript(key, self._file(language, key).language, RedactedText(text), script.sha256)

    def _file(self, language: str, key: str) -> ScriptFile:
        tag = self.tag(language)
        if tag is None:
            raise MissingScriptError(language, key)
        return self.files[tag]


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in TEXT."""
    return frozenset(_PLACEHOLDER.findall(text))
