"""The model's words, a sentence at a time: redacted, and never a claim to be a person or to hold a licence.

A false claim is replaced by the fixed sentence that says the truth, before history, record or voice see it. The
voice is given whole sentences anyway, so holding back to the end of one costs no time.
"""

import re
from collections.abc import Callable

from consent import false_claims
from policies.text import RawText, RedactedText
from redaction import RedactingStream, Redaction, Redactor

#: More than a long call has; a bound all the same.
_REMEMBERED_TEXTS = 4_000

_SENTENCE_END = re.compile(r"[.!?…。]+[\"'»”)]*\s+|\n+")


class PersonaGuard:
    """Stands for the redactor at the model: the same redaction, and the truth about who speaks."""

    def __init__(
        self, redactor: Redactor, *, language: str, truth: RedactedText, on_false_claim: Callable[[str], None]
    ) -> None:
        self._redactor = redactor
        self._language = language
        self._truth = truth
        self._on_false_claim = on_false_claim
        self._clean: set[str] = set()  # texts that redaction leaves as they are, as long as no value is new
        self._known = 0

    def change_language(self, redactor: Redactor, *, language: str, truth: RedactedText) -> None:
        """Guard what the model says in LANGUAGE from now on."""
        self._redactor, self._language, self._truth = redactor, language, truth
        self._clean.clear()

    def redact(self, text: RawText, /) -> Redaction:
        """Redact TEXT. A request holds the whole conversation again and again: what is known to be clean is not
        looked at a second time, until the call has learnt another value.
        """
        known = self._redactor.labels.known.learnt
        if known != self._known or len(self._clean) > _REMEMBERED_TEXTS:
            self._clean.clear()
            self._known = known
        if text in self._clean:
            return Redaction(RedactedText(text), ())
        redaction = self._redactor.redact(text)
        if not redaction.spans and str(redaction.text) == str(text):
            self._clean.add(text)
        return redaction

    def stream(self) -> "TruthfulStream":
        return TruthfulStream(self._redactor.stream(), self._checked)

    def _checked(self, sentence: RedactedText) -> RedactedText:
        claims = false_claims(sentence, self._language)
        if not claims:
            return sentence
        self._on_false_claim(",".join(sorted(claims)))
        return RedactedText(f"{self._truth} " if sentence[-1:].isspace() else self._truth)


class TruthfulStream:
    """A redacting stream that gives out whole sentences, each checked."""

    def __init__(self, inner: RedactingStream, checked: Callable[[RedactedText], RedactedText]) -> None:
        self._inner = inner
        self._checked = checked
        self._held = ""

    def feed(self, chunk: str, /) -> RedactedText:
        self._held += self._inner.feed(chunk)
        return self._whole_sentences()

    def close(self) -> RedactedText:
        self._held += self._inner.close()
        sentences = self._whole_sentences()
        rest, self._held = RedactedText(self._held), ""
        return RedactedText(sentences + (self._checked(rest) if rest else ""))

    def _whole_sentences(self) -> RedactedText:
        out = ""
        while (end := _SENTENCE_END.search(self._held)) is not None:
            out += self._checked(RedactedText(self._held[: end.end()]))
            self._held = self._held[end.end() :]
        return RedactedText(out)
