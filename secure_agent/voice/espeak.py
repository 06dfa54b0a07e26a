"""Speech by espeak-ng inside this process: no key, no network, one synthesis at a time.

The library keeps its state in globals, so every call of it is made on the one thread of this module. It is GPL and
comes only with the extra `secure-agent[phone]`.
"""

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

SAMPLE_RATE_HZ: Final = 22_050
WORDS_PER_MINUTE: Final = 165

#: For each language of ours, espeak-ng's own name of it.
VOICES: Final = {
    "de": "de", "en": "en-us", "es": "es", "fr": "fr", "it": "it", "nl": "nl", "pl": "pl", "pt": "pt",
    "pt-br": "pt-br",
}  # fmt: skip

_SYNCHRONOUS: Final = 2
_DO_NOT_EXIT: Final = 0x8000
_RATE: Final = 1
_UTF8: Final = 1
_LONGEST_TEXT: Final = 4_000  # characters; an agent's turn is a few hundred

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak")
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class VoiceUnavailableError(Exception):
    """The offline voice cannot speak. The sentence says what to install; it holds nothing of the text."""


async def speak(text: str, *, language: str, words_per_minute: int = WORDS_PER_MINUTE) -> bytes:
    """Return TEXT spoken, 16-bit mono at SAMPLE_RATE_HZ. Raises VoiceUnavailableError without the extra.

    TEXT is words and nothing else: no markup in it is obeyed.
    """
    voice = voice_for(language)
    work = partial(_speak, text[:_LONGEST_TEXT], voice, words_per_minute)
    return await asyncio.get_running_loop().run_in_executor(_thread, work)


def voice_for(language: str) -> str:
    """espeak-ng's name of LANGUAGE, or of its plain form. Raises VoiceUnavailableError for any other."""
    tag = language.lower()
    voice = VOICES.get(tag) or VOICES.get(tag.partition("-")[0])
    if voice is None:
        raise VoiceUnavailableError(f"the offline voice is not set up for the language {language}")
    return voice


def require_voice() -> None:
    """Raise VoiceUnavailableError now rather than in the first call. Blocks for some milliseconds."""
    _thread.submit(_library).result()


def _speak(text: str, voice: str, words_per_minute: int) -> bytes:
    library, spoken = _library(), bytearray()

    def take(samples: Any, count: int, _: Any) -> int:
        if samples and count:
            spoken.extend(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _Callback(take)  # held until the synthesis is over
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise VoiceUnavailableError(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    encoded = text.encode() + b"\0"
    if library.espeak_Synth(encoded, len(encoded), 0, 0, 0, _UTF8, None, None) != 0:
        raise VoiceUnavailableError("espeak-ng could not speak")
    return bytes(spoken)


@cache
def _library() -> Any:
    try:
        loader = import_module("espeakng_loader")
    except ImportError:
        raise VoiceUnavailableError(
            "the offline voice is not installed: install the extra secure-agent[phone]"
        ) from None
    library = ctypes.CDLL(loader.get_library_path())
    data = Path(loader.get_data_path())
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, str(data.parent).encode(), _DO_NOT_EXIT)
    if rate != SAMPLE_RATE_HZ:
        raise VoiceUnavailableError("espeak-ng did not start")
    return library
