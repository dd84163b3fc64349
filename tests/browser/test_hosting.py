import re
import time
import urllib.request

from playground.ui.server import hosting
from playground.ui.server.compression import streamlit_files

SCRIPT = """() => {
  const script = document.createElement('script');
  script.textContent = 'window.wasRun = true';
  document.body.append(script);
  return window.wasRun === true;
}"""


def visitors(server):
    text = urllib.request.urlopen(f"{server.url}/metrics", timeout=10).read().decode()
    return float(re.search("^playground_visitors (.*)$", text, re.MULTILINE)[1])


def test_a_page_runs_under_its_policy_and_a_foreign_script_does_not(browser, server):
    until = time.monotonic() + 20
    while visitors(server) and time.monotonic() < until:  # those of other tests, who just left
        time.sleep(0.1)
    with browser.new_context() as context:
        page = context.new_page()
        answer = page.goto(f"{server.url}/graph?lang=en")
        assert (
            answer.headers["content-security-policy"] == hosting.HEADERS["Content-Security-Policy"]
        )
        page.locator('[data-testid="stGraphVizChart"] svg .node').first.wait_for()
        assert visitors(server) == 1
        assert not page.evaluate(SCRIPT)
        assert {cookie["name"] for cookie in context.cookies()} >= {hosting.COOKIE}


def test_what_a_page_loads_comes_compressed(browser, server):
    files = streamlit_files()
    large = [path for path in files if path.endswith(".js") and files[path].stat().st_size > 1000]
    request = urllib.request.Request(server.url + large[-1], headers={"Accept-Encoding": "br"})
    until = time.monotonic() + 120  # they are compressed while the server starts
    while urllib.request.urlopen(request, timeout=10).headers["Content-Encoding"] != "br":
        assert time.monotonic() < until
        time.sleep(0.1)
    answers = []
    with browser.new_page() as page:  # of a visitor whose browser keeps nothing yet
        page.on("response", lambda answer: answers.append(answer))
        page.goto(f"{server.url}/graph?lang=en")
        page.locator('[data-testid="stGraphVizChart"] svg .node').first.wait_for()
    scripts = [answer for answer in answers if answer.url.removeprefix(server.url) in large]
    assert len(scripts) > 20
    assert {answer.headers.get("content-encoding") for answer in scripts} == {"br"}
