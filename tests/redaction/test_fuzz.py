"""Whatever is said and however it is cut: no crash, no value in pieces, every character accounted for.

A handful of examples in the ordinary suite; `make fuzz` runs the same properties over hundreds of thousands.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redaction import WITHHELD, Engine, Heard, Labels, RawText, Redactor, Span, normalise
from redaction.languages import LANGUAGES
from tests.redaction.spoken_values import Dictated, anything, cuts, dictated, talk

_LABEL = re.compile(r"<[A-Z_]+_\d+>|\[[A-Z_]+\]")


def _accounted(text: str, redacted: str, spans: Sequence[Span]) -> None:
    """The redacted text is the text with its spans replaced, and nothing else."""
    at, position = 0, 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        kept = text[at : span.start]
        assert redacted.startswith(kept, position)
        position = _past_replacement(redacted, position + len(kept))
        at = span.end
    assert redacted[position:] == text[at:]


def _past_replacement(redacted: str, at: int) -> int:
    assert redacted[at] in "[<"
    return redacted.index("]" if redacted[at] == "[" else ">", at) + 1


class _Call:
    """A call that keeps what has crossed, as the caller of a redactor has it in the end."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self.texts: dict[int, str] = {}
        self.spans: dict[int, tuple[Span, ...]] = {}

    def note(self, heard: Heard) -> None:
        for release in heard.released:
            assert release.utterance not in self.texts, "released twice"
            self.texts[release.utterance], self.spans[release.utterance] = release.text, release.spans
        for rewrite in heard.rewrites:
            assert rewrite.utterance in self.texts, "rewritten before it was released"
            self.texts[rewrite.utterance], self.spans[rewrite.utterance] = rewrite.text, rewrite.spans

    def hear(self, text: str, *, end_of_turn: bool) -> None:
        self.note(self.redactor.hear(RawText(text), end_of_turn=end_of_turn))

    @property
    def crossed(self) -> str:
        return " ".join(self.texts[key] for key in sorted(self.texts))


_UTTERANCES = st.lists(st.tuples(anything, st.booleans()), min_size=1, max_size=5)


@given(said=_UTTERANCES, language=st.sampled_from(LANGUAGES), also=st.sampled_from(LANGUAGES))
def test_every_character_of_every_utterance_is_accounted_for(
    pattern_engine: Engine, said: list[tuple[str, bool]], language: str, also: str
) -> None:
    call = _Call(Redactor(pattern_engine, labels=Labels(), language=language, also=(also,), budget_ms=None))
    for text, end in said:
        call.hear(text, end_of_turn=end)
    call.note(call.redactor.end_turn())
    assert sorted(call.texts) == list(range(len(said))), "every utterance has crossed"
    for index, (text, _) in enumerate(said):
        assert WITHHELD not in call.texts[index] or WITHHELD in text, "nothing failed inside"
        _accounted(text, call.texts[index], call.spans[index])


@given(said=_UTTERANCES, language=st.sampled_from(LANGUAGES))
def test_the_name_model_breaks_nothing(engine: Engine, said: list[tuple[str, bool]], language: str) -> None:
    call = _Call(Redactor(engine, labels=Labels(), language=language, budget_ms=None))
    for text, end in said:
        call.hear(text, end_of_turn=end)
    call.note(call.redactor.end_turn())
    for index, (text, _) in enumerate(said):
        assert WITHHELD not in call.texts[index] or WITHHELD in text, "nothing failed inside"
        _accounted(text, call.texts[index], call.spans[index])


@given(text=anything, data=st.data())
def test_a_stream_gives_the_same_under_any_chunking(
    pattern_engine: Engine, text: str, data: st.DataObject
) -> None:
    whole = Redactor(pattern_engine, labels=Labels(), budget_ms=None).say(RawText(text)).released[0].text
    cut = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=10)))
    stream = Redactor(pattern_engine, labels=Labels(), budget_ms=None).stream()
    parts = [stream.feed(text[a:b]) for a, b in pairwise([0, *cut, len(text)])]
    assert "".join([*parts, stream.close()]) == whole


@given(text=anything, language=st.sampled_from(LANGUAGES))
def test_each_character_of_a_normal_form_has_its_place(text: str, language: str) -> None:
    normal = normalise(text, language)
    assert len(normal.map) == len(normal.text)
    assert all(0 <= start <= end <= len(text) for start, end in normal.map)
    assert all(a[0] <= b[0] for a, b in pairwise(normal.map))


def _shown(call: _Call, value: Dictated) -> int:
    """How many digits in a row of the value can be read from everything that has crossed."""
    residue = "".join(c for c in normalise(_LABEL.sub(" . ", call.crossed)).text if c.isalnum())
    longest = 0
    for size in range(1, len(value.digits) + 1):
        pieces = {value.digits[i : i + size] for i in range(len(value.digits) - size + 1)}
        if not any(piece in residue for piece in pieces):
            break
        longest = size
    return longest


def _dictate(call: _Call, value: Dictated, pieces: list[tuple[str, bool]]) -> None:
    for piece, end in pieces:
        call.hear(piece, end_of_turn=end)
        if not end:
            continue
        assert _shown(call, value) <= value.shown, "too much has crossed at the end of a turn"
        call.redactor.said("uh huh")


@given(value=dictated(), data=st.data())
def test_an_answer_shows_no_more_than_a_prefix_wherever_it_is_cut(
    pattern_engine: Engine, value: Dictated, data: st.DataObject
) -> None:
    call = _Call(Redactor(pattern_engine, labels=Labels(), budget_ms=None))
    call.redactor.said(value.question)
    _dictate(call, value, data.draw(cuts(value.words)))


@given(value=dictated(), data=st.data())
def test_a_value_behind_its_cue_shows_no_more_than_a_prefix_wherever_it_is_cut(
    pattern_engine: Engine, value: Dictated, data: st.DataObject
) -> None:
    call = _Call(Redactor(pattern_engine, labels=Labels(), budget_ms=None))
    pieces = data.draw(cuts(value.words))
    _dictate(call, value, [(f"{value.cue} {pieces[0][0]}", pieces[0][1]), *pieces[1:]])


@given(value=dictated("PAN"), data=st.data())
def test_a_card_that_nothing_introduces_never_shows_six_digits(
    pattern_engine: Engine, value: Dictated, data: st.DataObject
) -> None:
    call = _Call(Redactor(pattern_engine, labels=Labels(), budget_ms=None))
    _dictate(call, value, data.draw(cuts(value.words)))


@given(value=dictated("PAN"), before=talk, after=talk, data=st.data())
def test_a_card_in_an_answer_of_the_model_never_crosses(
    pattern_engine: Engine, value: Dictated, before: str, after: str, data: st.DataObject
) -> None:
    text = f"{before} your card is {' '.join(value.words)} as I said. {after}"
    cut = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=10)))
    call = _Call(Redactor(pattern_engine, labels=Labels(), budget_ms=None))
    stream = call.redactor.stream()
    call.texts[0] = (
        "".join(stream.feed(text[a:b]) for a, b in pairwise([0, *cut, len(text)])) + stream.close()
    )
    assert _shown(call, value) <= value.shown
