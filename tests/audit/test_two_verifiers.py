"""Two verifiers, written apart, over the same evidence and the same mutants: they agree, and neither is fooled."""

import random  # noqa: TID251 - seeded: the same mutants every time
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.audit.mutants import (
    MUTATIONS,
    OURS,
    SECOND,
    agreed,
    by_command,
    by_first,
    by_second,
    harmless,
    judge_mutants,
    made_samples,
)
from tests.audit.samples import SAMPLES

MUTANTS = 5_000
COMMANDS = 100


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_both_verifiers_say_of_each_sample_what_is_expected(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name](tmp_path)
    for question, expected in sample.questions:
        mine = by_first(sample, sample.bundle, question)
        assert agreed(mine, by_second(sample, sample.bundle, question)) == expected, question


def test_no_mutant_verifies_and_the_verifiers_agree_on_each(tmp_path: Path) -> None:
    chance = random.Random(20_261_120)  # noqa: S311 - mutants that come again
    counts = judge_mutants(made_samples(tmp_path), tmp_path, MUTANTS, chance)
    assert counts.get(10, 0) > MUTANTS // 2


def test_no_mutant_verifies_as_a_command(tmp_path: Path) -> None:
    """As somebody would ask who has the two programs and a folder: half of the mutants by each of them."""
    chance = random.Random(20_261_121)  # noqa: S311 - mutants that come again
    samples = made_samples(tmp_path)

    asked = []
    for number in range(COMMANDS):
        sample = chance.choice(samples)
        mutant = tmp_path / f"mutant-{number}"
        shutil.copytree(sample.bundle, mutant)
        chance.choice(MUTATIONS)(chance, mutant)
        asked.append((sample, chance.choice(sample.questions)[0], mutant))
    with ThreadPoolExecutor(2) as both:
        programs = [OURS if number % 2 else (str(SECOND),) for number in range(COMMANDS)]
        said = list(both.map(by_command, programs, *zip(*((s, m, q) for s, q, m in asked), strict=True)))
    for number, (sample, question, mutant) in enumerate(asked):
        other = (by_second if number % 2 else by_first)(sample, mutant, question)
        assert agreed(said[number], other) != 0 or harmless(sample.bundle, mutant), f"mutant {number}"
