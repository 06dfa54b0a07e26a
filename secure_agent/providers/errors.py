"""The error tree of the providers package; no error carries a text that a caller, model or provider produced.

ProviderError
├── ProviderConfigError      a setting is missing or wrong: nothing was started
├── ProviderGuardError       a guard failed or tripped: nothing of the text went on
└── ProviderBrokenError      the plugin failed in a way that has no API error of LiveKit's
"""

from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError


class ProviderError(Exception):
    """Anything the providers package raises on purpose."""


class ProviderConfigError(ProviderError):
    """A provider cannot be built from these settings. The message names the setting and how to mend it."""


class ProviderGuardError(ProviderError):
    """A guard failed or tripped. The text it was looking at has been dropped."""


class ProviderBrokenError(ProviderError):
    """A plugin raised something that is no API error. The message is the name of its type."""


def without_text(error: Exception) -> Exception:
    """Return an error of the same kind that says nothing of what the provider said.

    Providers echo prompts, transcripts and parts of keys in error bodies, and LiveKit logs `str(error)`. The
    kind, the status code and whether a retry may help are kept, so that retries behave as with the plugin
    alone. Raise the result outside the `except` block: inside it, the original would travel as `__context__`.
    """
    match error:
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
        case ProviderError():
            return error
        case _:
            return ProviderBrokenError(type(error).__name__)
