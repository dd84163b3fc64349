import pytest
import streamlit
import torch

from playground.core import texts
from playground.core.catalog import STAGES
from playground.core.i18n import LANGUAGES
from tests.visits import shown, visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_leads_to_every_stage(language):
    at = visit("home", lang=language)
    links = [link.value for link in at.page_link]
    for place, lesson in enumerate(STAGES.values(), start=1):
        prose = texts.prose(lesson, language)
        assert f"**{place} · {prose.title}**" in links
        assert prose.adds in shown(at)
    assert texts.counted("home", language, stages=len(STAGES)) in shown(at)


def test_home_tells_this_servers_versions_and_devices():
    at = visit("home")
    assert f"torch {torch.__version__}" in shown(at)
    assert f"streamlit {streamlit.__version__}" in shown(at)
    assert "Devices: cpu" in shown(at)
