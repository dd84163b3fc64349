import pytest

from playground.core import texts
from playground.core.catalog import STAGES
from playground.features.teach import plans
from tests import languages
from tests.visits import shown, visit


@pytest.mark.slow
def test_a_language_that_is_begun_is_offered_and_said_as_far_as_it_goes(tmp_path, monkeypatch):
    languages.begin("nl", tmp_path, monkeypatch)
    at = visit("home", lang="nl")
    assert at.get_by_key("lang").options == ["en", "nl", "zh"]
    assert "Welkom." in shown(at)

    at = visit("stages", lang="nl", epochs=20)
    assert at.button(key="train").label == "Trainen"
    assert texts.prose(STAGES["numpy"], "en").adds in shown(at)
    assert texts.prose(STAGES["numpy"], "en").notice in shown(at)

    at = visit("teach", lang="nl", show="plans", track="rates")
    aim = plans.plan("rates", "en").partition("\n\n")[0]
    assert aim in shown(at)
