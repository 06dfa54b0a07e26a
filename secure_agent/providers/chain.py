"""Providers of one kind in the order in which they are asked: who fails in a call is not asked again in that call.

The chain stands inside the wrapper, so that every provider of it has the same ear or guard around it: what one
recogniser left half said and the next one finishes is redacted as one. LiveKit's own `FallbackAdapter`s are not used,
though they would fit in the same place: they log providers' error bodies and tracebacks (`%s failed, switching`), go
on sending the caller's sound, or the request again, to a provider that has failed, to see whether it is back, beside
the one that serves and without anybody knowing of it; and they drop the sound that the dead recogniser had not read.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

from livekit.agents import APIConnectOptions

from secure_agent.providers.errors import ProviderGuardError, code_of
from secure_agent.providers.languages import ONE_LANGUAGE, Tongue

_log = logging.getLogger(__name__)

Kind = Literal["speech_in", "model", "speech_out"]
P = TypeVar("P")

#: With another provider at hand the caller does not wait longer than this for one that does not answer, in seconds.
PATIENCE_S: Final = 4.0


class SwitchRules(Protocol):
    """What decides for one call who may be asked next, and must know of it first."""

    def approves(self, provider: str, /) -> bool:
        """Whether the policy of the call, as it stands, approves PROVIDER."""
        ...

    def switched(self, kind: Kind, /, *, before: str, after: str, why: str) -> None:
        """Put the switch on record. What it raises prevents the switch."""
        ...


class NoSwitching:
    """The rules where nobody may be asked but the first."""

    def approves(self, provider: str, /) -> bool:
        del provider
        return False

    def switched(self, kind: Kind, /, *, before: str, after: str, why: str) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Link(Generic[P]):
    """One provider: its plugin, its name in the settings, and what is particular about it."""

    plugin: P
    name: str
    key_setting: str = ""
    ends_turns: bool = True  # a recogniser: false if it calls every pause the end
    markup: bool = False  # a voice: it builds markup of what it is given
    tongue: Tongue = ONE_LANGUAGE


class Chain(Generic[P]):
    """At least one provider. `current` is the one to ask; it changes only by `leave`."""

    def __init__(self, kind: Kind, links: Sequence[Link[P]], rules: SwitchRules | None = None) -> None:
        self._kind: Kind = kind
        self.links = tuple(links)
        self._rules: SwitchRules = rules if rules is not None else NoSwitching()
        self._at = 0

    @property
    def current(self) -> Link[P]:
        return self.links[self._at]

    @property
    def plugin(self) -> P:
        return self.current.plugin

    def knows(self, language: str) -> bool:
        """Whether the call can go on in LANGUAGE, also when another provider of the chain takes over later."""
        return all(link.tongue.knows(language) for link in self.links[self._at :])

    def change_language(self, language: str) -> None:
        """Go on in a LANGUAGE that it `knows`."""
        for link in self.links[self._at :]:
            link.tongue.change(language)

    def leave(self, left: Link[P], failure: Exception) -> bool:
        """After FAILURE of LEFT: true if another provider is now current and may be asked at once.

        A guard that failed or tripped is no fault of the provider: nobody else is asked.
        """
        if isinstance(failure, ProviderGuardError):
            return False
        if left is not self.current:
            return True  # another stream has left it already
        for at in range(self._at + 1, len(self.links)):
            if self._may_ask(self.links[at], code_of(failure)):
                self._at = at
                return True
        return False

    def options(self, options: APIConnectOptions) -> APIConnectOptions:
        """The same, but with little patience while there is somebody else to ask. Never a retry: that is outside."""
        last = self._at == len(self.links) - 1
        timeout_s = options.timeout if last else min(options.timeout, PATIENCE_S)
        return APIConnectOptions(max_retry=0, retry_interval=options.retry_interval, timeout=timeout_s)

    def _may_ask(self, link: Link[P], why: str) -> bool:
        """Whether the rules let LINK be asked, and the switch is on record."""
        if not self._rules.approves(link.name):
            return False
        try:
            self._rules.switched(self._kind, before=self.current.name, after=link.name, why=why)
        except Exception as error:  # noqa: BLE001 - fail closed: what is not on record does not happen
            _log.error("provider not switched", extra={"error_type": type(error).__name__})
            return False
        _log.warning("provider switched", extra={"kind": self._kind, "provider": link.name, "why": why})
        return True
