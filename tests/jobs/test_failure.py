import pickle

import pytest

from playground.jobs.failure import MEMORY, MOST_LETTERS, STOPPED, Failure


def test_an_error_is_told_by_its_class_and_its_text():
    failure = Failure.of(ValueError("three: is not four"))
    assert (failure.kind, failure.text) == ("ValueError", "three: is not four")
    assert str(failure) == "ValueError: three: is not four"
    assert pickle.loads(pickle.dumps(failure)) == failure


def test_where_there_is_no_text_there_is_no_colon():
    assert str(Failure(STOPPED)) == "Stopped"
    assert str(Failure.of(KeyError())) == "KeyError"


def test_python_runs_out_of_memory_under_the_name_that_the_limit_has():
    assert Failure.of(MemoryError("too much")).kind == MEMORY


@pytest.mark.parametrize("letters", [1, MOST_LETTERS, 100 * MOST_LETTERS])
def test_what_an_error_says_is_bounded_and_can_be_sent(letters):
    error = type("E" * letters, (Exception,), {})("\ud800" + "x" * letters)
    said = str(Failure.of(error))
    assert said.encode().decode() == said
    assert len(said) <= MOST_LETTERS + 20
    assert "?x" in said
