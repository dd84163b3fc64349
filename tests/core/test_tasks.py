from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import tasks, verdict
from playground.core.tasks import CONTROLS, Task


def query_of(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


@given(
    st.text(max_size=200),
    st.frozensets(st.sampled_from(CONTROLS)),
    st.frozensets(st.sampled_from(CONTROLS)),
    st.booleans(),
)
def test_a_link_says_what_its_task_says(text, locked, hidden, predict):
    task = Task(text=text, locked=locked, hidden=hidden, predict=predict)
    read, wrong = tasks.of_link(query_of(tasks.link("stages", {"epochs": "7"}, task)))
    assert wrong == []
    assert read.text.split() == text.split()
    assert (read.hidden, read.locked, read.predict) == (hidden, locked - hidden, predict)


def test_a_link_carries_the_settings_and_no_older_task():
    old = {"epochs": "7", "task": "old", "lock": "seed", "predict": "true"}
    query = query_of(tasks.link("stages", old, Task(text="new & better?")))
    assert query == {"epochs": "7", "task": "new & better?"}
    assert tasks.link("graph", {}, Task()) == "/graph"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"lock": "speed"}, "lock is 'speed'"),
        ({"hide": "<script>"}, "hide is '<script>'"),
        ({"predict": "maybe"}, "predict is 'maybe'"),
        ({"hide": "ladder"}, "hide is 'ladder'"),
    ],
)
def test_what_means_nothing_is_named_and_left_out(query, named):
    task, wrong = tasks.of_link(query)
    assert task == Task()
    assert named in str(wrong[0])


def test_giant_values_are_cut_and_that_is_said():
    task, wrong = tasks.of_link({"task": "x" * 100_000, "hide": ",".join(["y"] * 100_000)})
    assert len(task.text) == tasks.LONGEST
    said = "The task has 100000 letters: only the first 400 are shown."
    assert sorted(map(str, wrong))[0] == said
    assert len(wrong) == 2
    assert max(len(str(error)) for error in wrong) < 500


def test_a_task_keeps_its_lines():
    task = Task(text="  First,\tthis.\n\n\n\nThen  that. ")
    query = dict(parse_qsl(tasks.link("stages", {}, task).partition("?")[2]))
    assert tasks.of_link(query)[0].text == "First, this.\n\nThen that."


def test_every_verdict_but_too_few_epochs_answers_a_prediction():
    assert set(tasks.OUTCOMES) == set(verdict.KINDS) - {"started"}
    assert set(tasks.OUTCOMES.values()) == set(tasks.PREDICTIONS)


def test_a_link_with_several_values_of_a_name_carries_them_all():
    query = {"racers": ["Adam", "LBFGS"], "race_steps": "20"}
    link = tasks.link("optimizers", query, tasks.Task(text="Who wins?"))
    assert tasks.parsed(link.partition("?")[2]) == query | {"task": "Who wins?"}
