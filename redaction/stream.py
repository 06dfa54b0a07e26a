"""The gate for a model's output: monotone, so that no value escapes in pieces, whatever the chunks are.

The gate works on words as white space ends them, and decides after each word from the words so far alone: that is why
the output is the same under every chunking, and why redacting a whole text of the agent *is* feeding it as one chunk.

- A function word of running text crosses at once, any other word one word late: "at" or "dot" may follow it.
- From a word that may begin a value (a digit, a numeral, a letter, a cue for a name, a known value, "@") nothing
  crosses until `_SETTLE` ordinary words have followed: only then is the detector run.
- A hold of more than `MAX_HELD_WORDS` words or `MAX_HELD_CHARS` characters ends in `[WITHHELD]`, and so does everything
  up to the end of what was being said.
"""

import re
from collections.abc import Callable
from typing import Final

from policies.entities import EntityType
from policies.text import RedactedText
from redaction.analysis import Analysis
from redaction.errors import RecognizerError
from redaction.heat import Heat, Warmth
from redaction.public import PublicValues
from redaction.rules import Slots
from redaction.spans import WITHHELD, Found, Span

MAX_HELD_WORDS: Final = 120
MAX_HELD_CHARS: Final = 1_200
#: Ordinary words that must follow a possible value: "4821 is my pin", "12 maple grove street".
_SETTLE: Final = 3
#: Words of any kind after which a hesitation is over: "one moment, let me see, it is".
_SETTLE_ANY: Final = 8
_CONTEXT_WORDS: Final = 24
_LAG: Final = 1

_WORD: Final = re.compile(r"\s*\S+")


class RedactingStream:
    """One answer of the model, word by word; `feed` gives what may cross now, `close` the rest."""

    def __init__(
        self,
        analysis: Analysis,
        public: PublicValues,
        label: Callable[[Found], RedactedText],
        said: Callable[[str], None],
        *,
        clock: Callable[[], float] | None = None,
        hold_s: float | None = None,
    ) -> None:
        self._analysis = analysis
        self._public = public
        self._label = label
        self._said = said
        self._heat = Heat(analysis.lexicons, analysis.known)
        self._clock = clock
        self._hold_s = hold_s
        self._raw: list[str] = []  # pieces of the word that is not yet ended
        self._held: list[str] = []  # words that have not crossed
        self._hot = False  # whether a word that may begin a value is held
        self._lag = 0  # held words that may yet turn out to stand before "at" or "dot"
        self._only_cue = False  # whether only a cue is held, no part of a value
        self._cold = 0  # ordinary words since the last such word
        self._since = 0  # words of any kind since then
        self._context: list[str] = []  # words that have crossed, for their cues
        self._question: list[str] = []
        self._withholding = False
        self._held_since: float | None = None
        self._closed = False
        self._offset = 0  # characters that have crossed, of the text as it came in
        self._spans: list[Span] = []

    @property
    def spans(self) -> tuple[Span, ...]:
        """What was replaced so far, in code points of the text as it came in."""
        return tuple(self._spans)

    def feed(self, chunk: str) -> RedactedText:
        """What may cross after CHUNK; each result continues the one before."""
        self._raw.append(chunk)
        if not any(c.isspace() for c in chunk) and sum(map(len, self._raw)) <= MAX_HELD_CHARS:
            return RedactedText(self._overdue())
        pending = "".join(self._raw)
        out: list[str] = []
        end = 0
        last = next((k for k in range(len(pending) - 1, -1, -1) if pending[k].isspace()), 0)
        for match in _WORD.finditer(pending, 0, last):
            out.append(self._word(match.group()))
            end = match.end()
        rest = pending[end:]
        while len(rest) > MAX_HELD_CHARS:
            out.append(self._word(rest[:MAX_HELD_CHARS]))
            rest = rest[MAX_HELD_CHARS:]
        self._raw = [rest]
        out.append(self._overdue())
        return RedactedText("".join(out))

    def close(self) -> RedactedText:
        """The end of the answer: everything held crosses, redacted."""
        if self._closed:
            return RedactedText("")
        self._closed = True
        rest = "".join(self._raw)
        self._raw = []
        out = []
        if rest.strip():
            out.append(self._word(rest.rstrip()))
            rest = rest[len(rest.rstrip()) :]
        out.append(self._release(len(self._held)))
        out.append(rest)
        self._said("".join(self._question))
        return RedactedText("".join(out))

    def _word(self, word: str) -> str:
        """Take one more word and give what may cross."""
        self._held.append(word)
        self._question.append(word)
        del self._question[:-60]
        before = [*self._context[-3:], *self._held[:-1]][-3:]
        warmth = self._heat.of(word, before, held=self._hot and not self._only_cue)
        self._warm(warmth)
        self._lag = 0 if warmth is Warmth.STOP else _LAG
        settled = self._cold >= _SETTLE or self._since >= _SETTLE_ANY
        if self._withholding:
            return self._withheld_word(settled=settled)
        if not self._hot or settled:
            return self._release(len(self._held) - self._lag)
        if len(self._held) > MAX_HELD_WORDS or sum(map(len, self._held)) > MAX_HELD_CHARS:
            return self._withhold()
        return ""

    def _warm(self, warmth: Warmth) -> None:
        """Note what a word says about a value that is held, or that may begin."""
        if warmth in (Warmth.HOT, Warmth.CUE):
            self._only_cue = warmth is Warmth.CUE and (self._only_cue or not self._hot)
            self._hot, self._cold, self._since = True, 0, 0
        elif self._hot:
            if self._only_cue and warmth is Warmth.STOP:
                self._cold = _SETTLE  # "at the moment", "my name is not": nothing was introduced
            self._cold += warmth is not Warmth.GLUE
            self._since += 1

    def _withhold(self) -> str:
        """The bound of the hold: a fixed phrase for all of it, and for what belongs to it."""
        lead = self._held[0][: len(self._held[0]) - len(self._held[0].lstrip())]
        self._mark(len(lead), sum(map(len, self._held)))
        self._held.clear()
        self._context.clear()
        self._withholding = True
        return lead + WITHHELD

    def _withheld_word(self, *, settled: bool) -> str:
        if settled:
            self._withholding = self._hot = False
            self._held = self._held[-_SETTLE:]
            return self._release(len(self._held) - self._lag)
        gone = self._held[:-_SETTLE]
        self._mark(0, sum(map(len, gone)))
        del self._held[:-_SETTLE]
        return ""

    def _mark(self, first: int, length: int) -> None:
        """The next LENGTH characters leave, withheld from FIRST on; one span over all that is withheld together."""
        start, end = self._offset + first, self._offset + length
        if (
            self._spans
            and self._spans[-1].type is EntityType.UNSCANNED
            and self._spans[-1].end >= self._offset
        ):
            start = self._spans.pop().start
        if end > start:
            self._spans.append(Span(start, end, EntityType.UNSCANNED))
        self._offset = end

    def _overdue(self) -> str:
        """The bound in time, where a clock was given."""
        if self._clock is None or self._hold_s is None:
            return ""
        if not self._held or not self._hot:
            self._held_since = None
            return ""
        now = self._clock()
        if self._held_since is None:
            self._held_since = now
        if now - self._held_since > self._hold_s and not self._withholding:
            self._held_since = None
            return self._withhold()
        return ""

    def _release(self, count: int) -> str:
        """Let the first COUNT held words cross, redacted by all that is held and the words before."""
        if self._withholding:
            self._mark(0, sum(map(len, self._held)))
            self._held.clear()
            return ""
        if count <= 0:
            return ""
        if self._hot:
            return self._redacted(count)
        return self._cross(count, hot=False)

    def _cross(self, count: int, *, hot: bool) -> str:
        """The first COUNT held words are gone."""
        leaving = self._held[:count]
        del self._held[:count]
        self._context = [*self._context, *leaving][-_CONTEXT_WORDS:]
        self._hot, self._cold, self._since = hot, 0, 0
        self._held_since = self._held_since if hot else None
        text = "".join(leaving)
        self._offset += len(text)
        return text

    def _redacted(self, count: int) -> str:
        context, held = "".join(self._context), "".join(self._held)
        offset = len(context)
        try:
            found = self._analysis.find(context + held, Slots(gate=True))
            found = self._public.without(found, context + held, self._analysis.main)
        except RecognizerError:
            text = "".join(self._held[:count])
            lead = len(text) - len(text.lstrip())
            start = self._offset
            self._cross(count, hot=False)
            self._spans.append(Span(start + lead, start + len(text), EntityType.UNSCANNED))
            return text[:lead] + WITHHELD
        found = [one for one in found if one.end > offset]
        count, straddles = self._whole_words(count, found, offset)
        start = self._offset
        text = self._cross(count, hot=straddles)
        parts: list[str] = []
        at = 0
        for one in found:
            first, last = max(one.start - offset, at), min(one.end - offset, len(text))
            if first >= last:
                continue
            parts += [text[at:first], self._label(one)]
            self._spans.append(Span(start + first, start + last, one.type))
            at = last
        parts.append(text[at:])
        return "".join(parts)

    def _whole_words(self, count: int, found: list[Found], offset: int) -> tuple[int, bool]:
        """How many words may leave without cutting a finding in two."""
        end = offset + sum(len(word) for word in self._held[:count])
        cut = next((one for one in found if one.start < end < one.end), None)
        if cut is None or count == len(self._held):
            return count, False
        keep, at = 0, offset
        while keep < count and at + len(self._held[keep]) <= cut.start:
            at += len(self._held[keep])
            keep += 1
        return keep, True
