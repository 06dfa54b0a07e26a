"""Scenes that take real time are played at once; each is a test of its own all the same."""

import asyncio
from collections.abc import Awaitable, Callable

Scene = Callable[[], Awaitable[None]]


class AtOnce:
    """Collects scenes by name. `play()` plays all of them and says what each came to: nothing, or what went wrong."""

    def __init__(self) -> None:
        self.scenes: dict[str, Scene] = {}

    def scene(self, play: Scene) -> Scene:
        self.scenes[getattr(play, "__name__", "scene")] = play
        return play

    def play(self) -> dict[str, BaseException | None]:
        async def all_of_them() -> list[BaseException | None]:
            return await asyncio.gather(*(scene() for scene in self.scenes.values()), return_exceptions=True)

        return dict(zip(self.scenes, asyncio.run(all_of_them()), strict=True))
