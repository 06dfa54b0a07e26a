"""The search of the sweep: every canary, in every form, in every sink."""

import re
from collections.abc import Iterable
from typing import Final

from secure_agent.simulation.sinks import Sinks, forms
from tests.leaks.canaries import DIGIT_WORDS, Canary

#: Whole runs of digits that are no value of a caller: time stamps, durations, positions, hashes and ids.
_NO_VALUE: Final = re.compile(
    r"""
      \d{4}-\d{2}-\d{2}(?:[T ][\d:.]+Z?)?                  # dates and times
    | \d+\.\d+(?:e-?\d+)?                                  # seconds
    | ['"]?\b\w*(?:_ms|_s|_at|_bytes|_total|lineno|created|msecs|thread|process|pid|relativeCreated)['"]?\s*[:=]\s*-?\d+
    | \b(?=\w*[A-Za-z_]\w*)(?=\w*\d)\w{8,}\b               # hashes and ids
    | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b      # UUIDs
    | \.py:?\d+ | \bline\ \d+ | \b0x[0-9a-f]+\b
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"\b(oh|zero|one|two|three|four|five|six|seven|eight|nine)\b")
_VALUE_OF: Final = {"oh": "0", **{word: str(n) for n, word in enumerate(DIGIT_WORDS)}}
_WRITTEN: Final = re.compile(rb"[ -~\n\t]{6,}")


def hits(sinks: Sinks, canaries: Iterable[Canary]) -> list[str]:
    """Say which canary is in which sink in which form; an empty list is a clean call."""
    wanted = list(canaries)
    texts = {sink: "\n".join(parts) for sink, parts in sinks.texts.items()}
    found = {hit for sink, text in texts.items() for hit in hits_in_text(sink, text, wanted)}
    for sink, content in sinks.files.items():
        found |= set(_hits_in_bytes(sink, content, wanted))
    return sorted(found)


def hits_in_text(sink: str, text: str, canaries: Iterable[Canary]) -> Iterable[str]:
    """Every form of every canary in one text."""
    readable = _NO_VALUE.sub(" ", text)
    spelled = _spelled_out(readable)
    bare, bare_digits = _bare(text), _bare(spelled)
    for one in canaries:
        if one.short:
            whole_run = rf"(?<!\d){one.value}(?!\d)"
            if re.search(whole_run, readable) or re.search(whole_run, spelled):
                yield _hit(one, sink, "a run of digits")
            continue
        for form, written in forms(one.value):
            if written in text:
                yield _hit(one, sink, form)
        if any(trace in bare_digits for trace in one.traces) or _bare(one.value) in bare:
            yield _hit(one, sink, "letters and digits")


def _hits_in_bytes(sink: str, content: bytes, canaries: Iterable[Canary]) -> Iterable[str]:
    bare = _bare(b"\n".join(_WRITTEN.findall(content)).decode("ascii"))
    for one in canaries:
        if one.short:
            continue
        for form, written in forms(one.value):
            if written.encode() in content:
                yield _hit(one, sink, form)
        if _bare(one.value) in bare or any(t in bare for t in one.traces if not t.isdigit()):
            yield _hit(one, sink, "letters and digits")


def _hit(one: Canary, sink: str, form: str) -> str:
    return f"{one.kind} of {one.path}: {sink} ({form})"


def _spelled_out(text: str) -> str:
    """Numerals as digits, and no space between digits, as somebody reads who looks for a number."""
    digits = _WORD.sub(lambda word: _VALUE_OF[word[0].casefold()], text.casefold())
    return re.sub(r"(?<=\d)[\s.,-]+(?=\d)", "", digits)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
