import pytest

from playground.core.i18n import LANGUAGES, translator
from playground.features.regression import devices


def test_the_winner_is_who_took_less_and_the_reason_fits():
    lost = devices.said("cuda", 0.8, 0.1, 1000, 11, str)
    assert lost.startswith("The cpu won: cuda took 8 times as long.")
    assert "An epoch took cuda 800 µs and the cpu 100 µs." in lost
    assert "on 11 numbers" in lost
    assert "To start one on cuda takes longer" in lost

    won = devices.said("mps", 0.25, 1.0, 500, 10_000, str)
    assert won.startswith("mps won: the cpu took 4 times as long.")
    assert "An epoch took mps 500 µs and the cpu 2,000 µs." in won
    assert "10,000 numbers" in won
    assert "To start one on" not in won


@pytest.mark.parametrize("seconds", [(1.0, 1.05), (1.05, 1.0), (0.3, 0.3)])
def test_a_tenth_apart_nobody_wins(seconds):
    said = devices.said("cuda", *seconds, 100, 11, str)
    assert said.startswith("Neither won")
    assert "times as long" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", [(0.0, 0.0), (1e-9, 3.0), (2.0, 0.0)])
def test_every_pair_of_times_has_a_sentence(seconds, language):
    said = devices.said("cuda", *seconds, 1, 2, translator(language))
    assert "cuda" in said
    assert "{" not in said
