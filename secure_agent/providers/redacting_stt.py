"""Speech to text whose events carry redacted words only: no raw and no interim text leaves this wrapper.

Whatever in LiveKit asks for a transcript gets it from here. What a plugin says passes five gates, in order:

1. while the ear is deaf nothing passes, not even that somebody speaks;
2. interim and preflight transcripts are dropped;
3. each final goes through the ear, which may hold it back, release it, or release earlier text with it;
4. what is released is put into a fresh event, without words, other alternatives, speakers and metadata;
5. at the end of speech the ear gives what it still holds, before the end of speech is passed on; unless the
   plugin calls every pause the end, and only the call's own detector is believed (`flush_held`).

When the ear fails, the text is dropped and the stream ends with an error that holds no text.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterable
from dataclasses import replace
from typing import Any

from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    LanguageCode,
    NotGivenOr,
    stt,
)
from livekit.agents.utils import AudioBuffer

from policies.text import RedactedText
from secure_agent.providers.chain import Chain, Link
from secure_agent.providers.errors import ProviderGuardError, without_text
from secure_agent.providers.hearing import Ear, end_of_speech, heard
from secure_agent.providers.late_finals import LateFinals
from secure_agent.providers.quiet import untraced

__all__ = ["Ear", "RedactingSTT"]

_END_OF_SPEECH = stt.SpeechEventType.END_OF_SPEECH
_FINAL = stt.SpeechEventType.FINAL_TRANSCRIPT
_UNREDACTED = (stt.SpeechEventType.INTERIM_TRANSCRIPT, stt.SpeechEventType.PREFLIGHT_TRANSCRIPT)


class RedactingSTT(stt.STT[Any]):
    """A speech-to-text plugin that cannot say anything its ear has not redacted.

    `key_setting` names the setting that an error about the provider's key should send the reader to.
    `provider_ends_turns` is false for a plugin that reports an end of speech after each pause, in the middle
    of a dictated number: what is held back then waits for `flush_held`.
    """

    def __init__(
        self,
        inner: stt.STT[Any] | Chain[stt.STT[Any]],
        *,
        ear: Ear,
        key_setting: str = "",
        provider_ends_turns: bool = True,
    ) -> None:
        if not isinstance(inner, Chain):
            alone = Link(inner, inner.provider, key_setting, ends_turns=provider_ends_turns)
            inner = Chain("speech_in", [alone])
        # No chat context and no keyterms: the agent's words and the caller's data stay away from the maker.
        # No alignment and no diarization: word timings and speakers belong to the raw text.
        super().__init__(
            capabilities=replace(
                inner.plugin.capabilities,
                interim_results=False,
                aligned_transcript=False,
                diarization=False,
                keyterms=False,
                chat_context=False,
            )
        )
        self._chain = inner
        self._ear = ear
        self._label = inner.plugin.label
        self._recognize_metrics_needed = False  # the plugin reports its own, passed on below
        self._newest: _RedactingStream | None = None
        for link in inner.links:
            link.plugin.on("metrics_collected", self._pass_metrics_on)

    @property
    def model(self) -> str:
        return self._chain.plugin.model

    @property
    def provider(self) -> str:
        return self._chain.plugin.provider

    def prewarm(self) -> None:
        self._chain.plugin.prewarm()

    def knows(self, language: str) -> bool:
        """Whether it can go on in LANGUAGE."""
        return self._chain.knows(language)

    def change_language(self, language: str) -> None:
        """Go on in a LANGUAGE that it `knows`."""
        self._chain.change_language(language)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> "_RedactingStream":
        stream = _RedactingStream(
            self,
            self._chain,
            self._ear,
            language=language,
            conn_options=conn_options,
        )
        self._newest = stream
        return stream

    def flush_held(self) -> None:
        """Pass on what the ear still holds, as a final; the call asks when its own detector heard the end.

        Without an open stream nothing is asked of the ear, so nothing is lost.
        """
        if self._newest is not None and self._newest.is_open:
            self._newest.speech_ended()

    def speech_began(self) -> None:
        """The call's own detector hears the caller speak.

        A call that says so, and `flush_held` at the end, also gets a final that comes late, in silence.
        """
        if self._newest is not None and self._newest.is_open:
            self._newest.speech_began()

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        link = self._chain.current
        failure: Exception | None = None
        event: stt.SpeechEvent | None = None
        try:
            event = await link.plugin.recognize(
                buffer, language=language, conn_options=self._chain.options(conn_options)
            )
        except Exception as error:  # noqa: BLE001 - the plugin's text must not travel in its exception
            failure = without_text(error, key_setting=link.key_setting)
        if failure is not None and self._chain.leave(link, failure):
            return await self._recognize_impl(buffer, language=language, conn_options=conn_options)
        if failure is not None or event is None:
            raise failure or ProviderGuardError("the plugin gave no event")
        said = event.alternatives[0] if event.alternatives else None
        released: tuple[RedactedText, ...] = ()
        if not self._ear.deaf:  # one buffer is one whole utterance, so its end is the end of speech
            released = (*heard(self._ear, event), *end_of_speech(self._ear))
        return stt.SpeechEvent(
            type=_FINAL,
            request_id=event.request_id,
            alternatives=[_redacted(said, " ".join(piece for piece in released if piece))],
        )

    async def aclose(self) -> None:
        for link in self._chain.links:
            link.plugin.off("metrics_collected", self._pass_metrics_on)
            await link.plugin.aclose()

    def _pass_metrics_on(self, *args: Any) -> None:
        self.emit("metrics_collected", *args)


class _RedactingStream(stt.RecognizeStream):
    """One stream of the plugin, behind the five gates of this module."""

    def __init__(
        self,
        outer: RedactingSTT,
        chain: Chain[stt.STT[Any]],
        ear: Ear,
        *,
        language: NotGivenOr[str],
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(stt=outer, conn_options=conn_options)
        self._chain = chain
        self._ear = ear
        self._language = language
        self._last_heard: stt.SpeechData | None = None
        self._last_request_id = ""
        self._late = LateFinals(self._flush_late)
        self._unread: deque[rtc.AudioFrame | stt.RecognizeStream._FlushSentinel] = deque()

    @property
    def is_open(self) -> bool:
        return not self._event_ch.closed

    def flush_held(self) -> None:
        if not self._ear.deaf:
            self._release(end_of_speech(self._ear))

    def speech_began(self) -> None:
        self._late.speech_began()

    def speech_ended(self) -> None:
        self._late.speech_ended()
        self.flush_held()

    def _flush_late(self) -> None:
        failure: ProviderGuardError | None = None
        try:
            self.flush_held()
        except ProviderGuardError as error:
            failure = error
        if failure is not None:  # nobody awaits a timer: the session is told as of any other failure
            self._emit_error(failure, recoverable=False)

    async def _metrics_monitor_task(self, event_aiter: AsyncIterable[stt.SpeechEvent]) -> None:
        """Count nothing: the plugin's own stream already does, and its metrics are passed on."""
        async for _ in event_aiter:
            pass

    async def _run(self) -> None:
        while True:
            link = self._chain.current
            failure = await self._hear(link)
            if failure is None or not self._chain.leave(link, failure):
                break
        self._late.cancel()
        if failure is not None:
            raise failure

    async def _hear(self, link: Link[stt.STT[Any]]) -> Exception | None:
        try:
            await self._hear_plugin(link)
        except Exception as error:  # noqa: BLE001 - the plugin's text must not travel in its exception
            return without_text(error, key_setting=link.key_setting)
        return None

    async def _hear_plugin(self, link: Link[stt.STT[Any]]) -> None:
        failure: Exception | None = None
        with untraced():
            inner = link.plugin.stream(
                language=self._language, conn_options=self._chain.options(self._conn_options)
            )
        async with inner, asyncio.TaskGroup() as tasks:
            inner.start_time_offset = self.start_time_offset
            pushing = tasks.create_task(self._push_audio(inner))
            try:
                async for event in inner:
                    self._pass_on(event)
                self.flush_held()
            except Exception as error:  # noqa: BLE001 - in a group of errors its kind would be lost
                failure = error
            pushing.cancel()
        if failure is not None:
            raise failure

    async def _push_audio(self, inner: stt.RecognizeStream) -> None:
        again, self._unread = self._unread, deque()
        for item in again:
            self._push(inner, item)
        async for item in self._input_ch:
            self._push(inner, item)
            if not _takes_audio(inner):
                return  # the plugin has ended; why is told by its events
        if _takes_audio(inner):
            inner.end_input()

    def _push(
        self, inner: stt.RecognizeStream, item: "rtc.AudioFrame | stt.RecognizeStream._FlushSentinel"
    ) -> None:
        """Push one item, and remember what the plugin has not read: it is pushed again after a lost connection."""
        self._unread.append(item)
        if not _takes_audio(inner):
            return
        if isinstance(item, rtc.AudioFrame):
            inner.push_frame(item)
        else:
            inner.flush()
        while len(self._unread) > inner._input_ch.qsize():  # noqa: SLF001 - there is no public way to ask
            self._unread.popleft()

    def _pass_on(self, event: stt.SpeechEvent) -> None:
        if event.type == _FINAL:
            self._num_retries = 0  # as in LiveKit's own monitor: a transcript proves the connection
        # 1. Deaf: nothing at all.
        if self._ear.deaf:
            return
        # 2. No text that may still change.
        if event.type in _UNREDACTED:
            return
        if event.type == _FINAL:
            # 3. Through the ear.
            if event.alternatives:
                self._last_heard = _redacted(event.alternatives[0], "")
                self._last_request_id = event.request_id
            released = heard(self._ear, event)
            # 4. A fresh event for what may go on.
            self._release(released)
            self._late.final()
            return
        # 5. What was held goes before the end of speech.
        if event.type == _END_OF_SPEECH and self._chain.current.ends_turns:
            self._release(end_of_speech(self._ear))
        self._event_ch.send_nowait(
            stt.SpeechEvent(
                type=event.type,
                request_id=event.request_id,
                recognition_usage=event.recognition_usage,
                speech_start_time=event.speech_start_time,
                speech_end_time=event.speech_end_time,
                created_at=event.created_at,
            )
        )

    def _release(self, texts: tuple[RedactedText, ...]) -> None:
        """Pass on as one final: each final that comes after the detector's end would be a turn of its own."""
        text = " ".join(text for text in texts if text)
        if text and self.is_open:
            self._event_ch.send_nowait(
                stt.SpeechEvent(
                    type=_FINAL,
                    request_id=self._last_request_id,
                    alternatives=[_redacted(self._last_heard, text)],
                )
            )


def _takes_audio(stream: stt.RecognizeStream) -> bool:
    """True while a stream of LiveKit's still takes audio (it has no public way to ask)."""
    return not stream._event_ch.closed and not stream._input_ch.closed  # noqa: SLF001


def _redacted(heard: stt.SpeechData | None, text: str) -> stt.SpeechData:
    """The times, language and confidence of what was heard, with other words."""
    if heard is None:
        return stt.SpeechData(language=LanguageCode(""), text=text)
    return stt.SpeechData(
        language=heard.language,
        text=text,
        start_time=heard.start_time,
        end_time=heard.end_time,
        confidence=heard.confidence,
    )
