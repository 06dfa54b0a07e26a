"""The soak in small: a round of it must be clean before hours of it mean anything."""

import random  # noqa: TID251 - seeded

from tests.audit.soak import soak
from tests.postgres import Server


def test_47_a_round_of_the_soak_loses_doubles_and_believes_nothing(postgres_server: Server) -> None:
    said: list[str] = []
    tally = soak(2.0, random.Random(47), said.append)  # noqa: S311 - when to kill, what to damage
    assert tally.rounds == 1
    assert tally.writers_killed
    assert tally.sequencers_killed
    assert tally.mutants.total()
    assert "0 lost, 0 doubled" in said[0]
