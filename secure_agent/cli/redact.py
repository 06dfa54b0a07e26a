"""`secure-agent redact`: redact one text for a person, or JSON lines for a program; every line is a call of its own."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
import typer

from policies.text import RawText
from redaction import Engine, Heard, Labels, RedactionError, Redactor, Span, UnknownLanguageError, normalise
from secure_agent.cli import render
from secure_agent.engine import engine_for
from secure_agent.settings import SettingsError, read_settings

_KEYS: Final = frozenset({"id", "language", "role", "also", "utterances", "chunks", "normalise"})
_JOBS: Final = ("utterances", "chunks", "normalise")
_ROLES: Final = ("caller", "agent")


app = typer.Typer(add_completion=False)


class LineError(Exception):
    """A line that cannot be read; names the key, never a value."""


@app.command()
def redact(
    text: Annotated[
        str | None, typer.Argument(help="One text; without it JSON lines are read from standard input.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of TEXT.")] = "en",
    also: Annotated[list[str] | None, typer.Option(help="A further language of TEXT.")] = None,
    role: Annotated[str, typer.Option(help="Who says TEXT: caller or agent.")] = "caller",
    budget_ms: Annotated[float | None, typer.Option(help="CPU time per utterance; none by default.")] = None,
) -> None:
    """Redact TEXT, or one JSON object per line of standard input.

    A line has "id" and exactly one of "utterances", "chunks", "normalise". Each line is answered, in order, with one
    JSON object; one that cannot be read gives {"id", "error"}, and the run goes on.

    Example: echo '{"id": "a", "utterances": ["my card is four one one one", "one one one one"]}' | secure-agent redact
    """
    if role not in _ROLES:
        render.fail("--role is caller or agent", render.Exit.MISUSE)
    if budget_ms is not None and budget_ms <= 0:
        render.fail("--budget-ms is more than 0", render.Exit.MISUSE)
    try:
        engine = engine_for(read_settings())
    except SettingsError as error:
        render.fail(str(error), render.Exit.MISUSE)
    if text is None:
        _lines(engine, budget_ms)
        return
    job = {"id": "text", "language": language, "also": also or [], "role": role, "utterances": [text]}
    try:
        answer = answer_line(engine, job, budget_ms)
    except LineError:
        render.fail("the language is not known", render.Exit.MISUSE)
    render.out.print(answer["redacted"][0], markup=False)


def _lines(engine: Engine, budget_ms: float | None) -> None:
    for line in sys.stdin.buffer:
        identity: str | None = None
        try:
            job = _parse(line)
            given = job.get("id")
            identity = given if isinstance(given, str) else None
            answer = answer_line(engine, job, budget_ms)
        except LineError as error:
            answer = {"id": identity, "error": str(error)}
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        job = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise LineError("the line is not JSON") from None
    if not isinstance(job, dict):
        raise LineError("the line is not a JSON object")
    return job


def answer_line(engine: Engine, job: Mapping[str, Any], budget_ms: float | None = None) -> dict[str, Any]:
    """The answer to one line, as a new call with empty state; raises `LineError`."""
    if not isinstance(job.get("id"), str):
        raise LineError("id: a string is needed")
    if not job.keys() <= _KEYS:
        raise LineError("a key is not known; known are: " + ", ".join(sorted(_KEYS)))
    present = [key for key in _JOBS if key in job]
    if len(present) != 1:
        raise LineError("exactly one of utterances, chunks, normalise is needed")
    language = job.get("language", "en")
    if not isinstance(language, str):
        raise LineError("language: a string is needed")
    also = job.get("also", [])
    if not isinstance(also, list) or not all(isinstance(code, str) for code in also):
        raise LineError("also: a list of strings is needed")
    role = job.get("role", "agent" if present[0] == "chunks" else "caller")
    if role not in _ROLES:
        raise LineError("role: caller or agent")
    try:
        if present[0] == "normalise":
            return _normalise(job, language)
        redactor = Redactor(engine, labels=Labels(), language=language, also=also, budget_ms=budget_ms)
        return _chunks(job, redactor) if present[0] == "chunks" else _utterances(job, redactor, role)
    except UnknownLanguageError:
        raise LineError("language: not known") from None
    except RedactionError:
        raise LineError("the line could not be redacted") from None


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise LineError(f"{key}: a string is needed")
    return value


def _normalise(job: Mapping[str, Any], language: str) -> dict[str, Any]:
    normal = normalise(_text(job["normalise"], "normalise"), language)
    return {"id": job["id"], "normal": normal.text, "map": [list(place) for place in normal.map]}


def _chunks(job: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    chunks = job["chunks"]
    if not isinstance(chunks, list):
        raise LineError("chunks: a list is needed")
    stream, released, so_far = redactor.stream(), [], ""
    for index, chunk in enumerate(chunks):
        so_far += stream.feed(_text(chunk, f"chunks[{index}]"))
        released.append(so_far)
    return {"id": job["id"], "released": released, "redacted": so_far + stream.close()}


def _utterance(value: Any, index: int, role: str) -> tuple[str, str, bool]:
    key = f"utterances[{index}]"
    if isinstance(value, str):
        return value, role, False
    if not isinstance(value, dict):
        raise LineError(f"{key}: a string or an object is needed")
    if not value.keys() <= {"text", "role", "end_of_turn"}:
        raise LineError(f"{key}: a key is not known; known are: end_of_turn, role, text")
    text = _text(value.get("text"), f"{key}.text")
    speaker = value.get("role", role)
    if speaker not in _ROLES:
        raise LineError(f"{key}.role: caller or agent")
    end = value.get("end_of_turn", False)
    if not isinstance(end, bool):
        raise LineError(f"{key}.end_of_turn: true or false")
    return text, speaker, end


def _utterances(job: Mapping[str, Any], redactor: Redactor, role: str) -> dict[str, Any]:
    if not isinstance(job["utterances"], list):
        raise LineError("utterances: a list is needed")
    said = [_utterance(value, index, role) for index, value in enumerate(job["utterances"])]
    redacted = [""] * len(said)
    spans: list[list[dict[str, Any]]] = [[] for _ in said]
    rewrites: list[dict[str, Any]] = []
    for index, (text, speaker, end) in enumerate(said):
        last = index + 1 == len(said)
        ends = end or last or said[index + 1][1] != speaker
        raw = RawText(text)
        heard = redactor.say(raw) if speaker == "agent" else redactor.hear(raw, end_of_turn=ends)
        _note(heard, redacted, spans, rewrites)
    return {"id": job["id"], "redacted": redacted, "spans": spans, "rewrites": rewrites}


def _dicts(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [span.as_dict() for span in spans]


def _note(
    heard: Heard, redacted: list[str], spans: list[list[dict[str, Any]]], rewrites: list[dict[str, Any]]
) -> None:
    for release in heard.released:
        redacted[release.utterance] = release.text
        spans[release.utterance] = _dicts(release.spans)
    for rewrite in heard.rewrites:
        spans[rewrite.utterance] = _dicts(rewrite.spans)
        rewrites.append(
            {
                "after": rewrite.after,
                "utterance": rewrite.utterance,
                "redacted": rewrite.text,
                "spans": _dicts(rewrite.spans),
            }
        )
