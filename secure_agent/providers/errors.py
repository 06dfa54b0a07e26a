"""The error tree of the providers package; no error carries a text that a caller, model or provider produced.

ProviderError
├── ProviderConfigError      a setting is missing or wrong
│   └── KeyRefusedError      the provider does not know the key; also an APIStatusError, never retried
├── ProviderGuardError       a guard failed or tripped: nothing of the text went on
└── ProviderBrokenError      the plugin failed in a way that has no API error of LiveKit's
"""

import aiohttp
from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError


class ProviderError(Exception):
    """Anything the providers package raises on purpose."""


class ProviderConfigError(ProviderError):
    """A provider cannot be built from these settings. The message names the setting and how to mend it."""


class KeyRefusedError(APIStatusError, ProviderConfigError):
    """The provider refused the key. The message names the setting that holds it, never the key."""

    def __init__(self, setting: str, *, status_code: int) -> None:
        sentence = f"the provider refused the key: set {setting or 'its setting'} to a valid one"
        super().__init__(sentence, status_code=status_code, retryable=False)

    def __str__(self) -> str:
        return self.message


class ProviderGuardError(ProviderError):
    """A guard failed or tripped. The text it was looking at has been dropped."""


class ProviderBrokenError(ProviderError):
    """A plugin raised something that is no API error. The message is the name of its type."""


def code_of(error: Exception) -> str:
    """Why a provider failed, as a code for the record: the error is one of `without_text`."""
    match error:
        case KeyRefusedError():
            return "key_refused"
        case APIStatusError():
            return "refused"
        case APITimeoutError():
            return "timeout"
        case APIConnectionError():
            return "connection"
        case APIError():
            return "failed"
        case _:
            return "broken"


def without_text(error: Exception, *, key_setting: str) -> Exception:
    """Return an error of the same kind that says nothing of what the provider said.

    Providers echo prompts, transcripts and parts of keys in error bodies, and LiveKit logs `str(error)`. The
    kind, the status code and whether a retry may help are kept, so that retries behave as with the plugin
    alone. Raise the result outside the `except` block: inside it, the original would travel as `__context__`.
    """
    match error:
        case ProviderError():
            return error
        case (
            APIStatusError(status_code=401 | 403 as status)
            | aiohttp.ClientResponseError(status=401 | 403 as status)
        ):
            return KeyRefusedError(key_setting, status_code=status)
        case APIStatusError():
            return APIStatusError(
                "the provider refused the request",
                status_code=error.status_code,
                retryable=error.retryable,
            )
        case APITimeoutError():
            return APITimeoutError("the provider did not answer in time", retryable=error.retryable)
        case APIConnectionError():
            return APIConnectionError("the connection to the provider failed", retryable=error.retryable)
        case APIError():
            return APIError("the provider failed", retryable=error.retryable)
        case _:
            return ProviderBrokenError(type(error).__name__)
