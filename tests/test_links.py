"""What every published link says, read without opening its page."""

import pytest

from playground.core.i18n import LANGUAGES
from playground.features import PAGES
from playground.features.teach import plans, ready_tasks
from playground.features.teach.plans import TRACKS
from tests.corpus import corpus, told

KEPT = 319  # lines that were there first: a published link is never taken out


@pytest.mark.parametrize("link", corpus(), ids=lambda link: link.address[:80])
def test_a_link_says_what_it_said(link):
    """A knob that came later may be there too, at its usual value: the link does not name it."""
    says, said = told(link), {name: what for name, what in link.means.items() if name != "shown"}
    later = says["set"].keys() - said["set"].keys()
    assert not later & link.query.keys()
    says["set"] = {name: value for name, value in says["set"].items() if name not in later}
    assert says == said


def test_each_link_is_there_once_and_none_was_taken_out():
    addresses = [link.address for link in corpus()]
    assert len(set(addresses)) == len(addresses) >= KEPT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_that_teachers_hand_out_is_there(lang):
    """For a new one, `tests.opened.line` makes its line."""
    asked = [slug for slug, page in PAGES.items() if page.predicts]
    given = [(one.page, one.carried) for page in asked for one in ready_tasks.of_page(page, lang)]
    given += [(one.page, one.query) for track in TRACKS for one in plans.links(track, lang)]
    there = [(link.page, link.query) for link in corpus()]
    assert [one for one in given if (one[0], {**one[1], "lang": lang}) not in there] == []
