"""The gate's prompts: sound rendered ahead, each held to the hash of the words that it says.

A folder holds for each language a WAV file for each key (16-bit mono, `RATE_HZ`) and `prompts.json`, which names the
hash of the script's filled-in text and of the sound. What is missing or stale refuses the start: a gate has no voice.
"""

import io
import wave
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from policies import MissingScriptError, RenderedScript, Scripts
from policies.loader import content_hash
from secure_agent.errors import PromptsError

RATE_HZ: Final = 24_000
_MANIFEST: Final = "prompts.json"

#: Everything that the gate may have to say.
KEYS: Final = (
    "pay_number",
    "pay_expiry",
    "pay_code",
    "pay_code_4",
    "pay_invalid",
    "pay_timeout",
    "pay_declined",
    "apology",
    "no_person",
)

Voice = Callable[[str, str], Awaitable[bytes]]  # text and language to 16-bit mono sound at RATE_HZ


@dataclass(frozen=True, slots=True)
class Prompt:
    """One script as sound."""

    script: RenderedScript
    pcm: bytes


def scripts_to_render(scripts: Scripts, language: str, company: str) -> list[RenderedScript]:
    """The gate's scripts in a language. Raises PromptsError if one has no words in it."""
    try:
        return [scripts.render(language, key, company=company) for key in KEYS]
    except MissingScriptError as error:
        raise PromptsError(str(error)) from None


async def render_prompts(
    folder: Path, scripts: Scripts, language: str, company: str, voice: Voice
) -> list[Path]:
    """Say every script into its file; return the files. The manifest is written last."""
    target = folder / language
    target.mkdir(parents=True, exist_ok=True)
    manifest, files = {}, []
    for script in scripts_to_render(scripts, language, company):
        sound = _wav(await voice(script.text, language))
        path = target / f"{script.key}.wav"
        path.write_bytes(sound)
        files.append(path)
        manifest[script.key] = {"text_sha256": _digest(script), "sound_sha256": content_hash(sound)}
    (target / _MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    return files


def load_prompts(folder: Path, scripts: Scripts, language: str, company: str) -> Mapping[str, Prompt]:
    """The prompts of a language, each checked against its words. Raises PromptsError, one sentence."""
    where = folder / language
    again = "run `secure-agent line render-prompts` again"
    try:
        manifest = orjson.loads((where / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise PromptsError(f"there are no prompts in {where}; {again}") from None
    found = {}
    for script in scripts_to_render(scripts, language, company):
        path = where / f"{script.key}.wav"
        entry = manifest.get(script.key, {})
        if entry.get("text_sha256") != _digest(script):
            raise PromptsError(f"{path} says other words than the script has now; {again}")
        try:
            sound = path.read_bytes()
        except OSError:
            raise PromptsError(f"{path} is missing; {again}") from None
        if entry.get("sound_sha256") != content_hash(sound):
            raise PromptsError(f"{path} is not the sound that was rendered; {again}")
        found[script.key] = Prompt(script, _pcm(path, sound))
    return found


def _digest(script: RenderedScript) -> str:
    return content_hash(script.text.encode())


def _wav(pcm: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm)
    return held.getvalue()


def _pcm(path: Path, sound: bytes) -> bytes:
    try:
        with wave.open(io.BytesIO(sound)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            pcm = bytes(file.readframes(file.getnframes()))
    except (wave.Error, EOFError):
        raise PromptsError(f"{path} is not a WAV file") from None
    if shape != (1, 2, RATE_HZ):
        raise PromptsError(f"{path} is not 16-bit mono at {RATE_HZ} samples a second")
    return pcm
