import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from streamlit import config
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from playground.core import i18n
from playground.core.settings import KNOBS
from playground.features.learning_rates.job import bases
from playground.features.learning_rates.knobs import lab
from playground.features.regression.saved import words
from playground.jobs.client import Here, Queue
from playground.jobs.failure import BUSY, MEMORY, TIMEOUT, LostError
from playground.jobs.limits import VARIABLES, Limits, Variable
from playground.jobs.tally import BUCKETS, Tally
from playground.ui import workers
from playground.ui.server import hosting
from tests.jobs.test_client import collect, job, wait_for
from tests.languages import COMPLETE

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A real server, of `tests/served.py`: its address and its process."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    command = [sys.executable, "-m", "streamlit", "run", "tests/served.py", *options]
    with (tmp_path_factory.mktemp("served") / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*command, "--server.enableAgentApi=true"], cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"

    def up():
        assert process.poll() is None
        try:
            return requests.get(f"{url}/_stcore/health", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):  # not yet, or on a busy machine
            return False

    try:
        wait_for(up, 60.0)
        yield url, process
    finally:
        process.terminate()
        process.wait(20)


def apart(coroutine):
    """Run `coroutine` in a thread of its own: tests in a browser leave a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, coroutine).result()


def get(path, accept="*/*"):
    """Ask the routes beside the pages for `path`; return status, headers and text."""
    app = Starlette(routes=hosting.routes(), middleware=[Middleware(hosting.Guard)])
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "headers": [(b"accept", accept.encode())],
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("test", 80),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    apart(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]).decode()


def metrics():
    """Return every sample that `/metrics` gives: (name, labels) -> value."""
    return samples(get("/metrics")[2])


def samples(text):
    families = text_string_to_metric_families(text)
    return {
        (sample.name.removeprefix("playground_"), *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def queue(monkeypatch):
    queue = Queue(limits=Limits(seconds=3, at_once=1, waiting=2))
    monkeypatch.setattr(workers, "_queue", queue)
    yield queue
    queue.close()


def test_metrics_count_runs_by_job_and_by_how_they_ended(queue):
    for visitor, what in (("ann", job("count", 3)), ("bob", job("fail")), ("cem", job("die"))):
        queue.start(visitor, what)
        collect(queue, visitor)
    found = metrics()
    assert found["runs_started_total", "tests.jobs.jobs:count"] == 1
    assert found["runs_ended_total", "done", "tests.jobs.jobs:count"] == 1
    assert found["runs_ended_total", "error", "tests.jobs.jobs:fail"] == 1
    assert found["runs_ended_total", "killed", "tests.jobs.jobs:die"] == 1
    assert found["run_seconds_count", "short"] == 3
    assert found["run_seconds_count", "long"] == 0
    assert found["run_seconds_bucket", "+Inf", "short"] == 3
    assert 0 < found["run_seconds_sum", "short"] < 10


def test_metrics_tell_who_waits_and_who_was_refused(queue):
    for visitor in ("ann", "bob", "cem", "dan"):
        queue.start(visitor, job("pid", 60.0, long=visitor != "ann"))
    queue.start("eva", job("pid", 60.0, long=True))
    wait_for(lambda: metrics()["runs_running", "short"] == 1)
    found = metrics()
    assert found["runs_running", "long"] == 1
    assert (found["queue_length", "short"], found["queue_length", "long"]) == (0, 2)
    assert found["runs_ended_total", "busy", "tests.jobs.jobs:pid"] == 1
    for visitor in ("ann", "bob", "cem", "dan"):
        queue.stop(visitor)
    assert metrics()["runs_ended_total", "stopped", "tests.jobs.jobs:pid"] == 4


def test_metrics_tell_the_memory_of_the_processes(queue):
    found = metrics()
    assert found["memory_bytes", "web"] > found["memory_bytes", "queue"] > 2**20


def test_a_run_falls_into_the_bucket_that_holds_it():
    tally = Tally()
    for seconds in (0.0, 0.05, 0.06, 120.0, 121.0):
        tally.time("long", seconds)
    assert tally.took["long"] == [2, 1, *[0] * (len(BUCKETS) - 3), 1, 1]
    assert sum(tally.took["short"]) == 0


def test_health_tells_whether_the_queue_process_answers(queue, monkeypatch):
    status, _, text = get("/healthz")
    assert (status, json.loads(text)) == (200, {"web": "ok", "queue": "ok"})
    os.kill(queue.pid, signal.SIGKILL)
    statuses = []

    def asked():
        statuses.append(get("/healthz")[0])
        return statuses[-1] == 200

    wait_for(asked)
    assert statuses[0] == 503  # the question has started it again
    monkeypatch.setattr(workers, "_queue", Here())
    assert get("/healthz")[0] == 503


def test_health_tells_of_a_queue_process_that_cannot_be_started_again(queue, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    os.kill(queue.pid, signal.SIGKILL)
    assert [get("/healthz")[0] for _ in range(2)] == [503, 503]


def test_metrics_say_so_when_the_queue_process_does_not_answer(monkeypatch, queue):
    def lost():
        raise LostError("gone")

    monkeypatch.setattr(queue, "counts", lost, raising=False)
    found = metrics()
    assert found["queue_up",] == 0
    assert ("memory_bytes", "queue") not in found
    assert found["memory_bytes", "web"] > 0


def test_a_queue_process_that_hangs_does_not_hang_the_health(queue, monkeypatch):
    monkeypatch.setattr(hosting, "ANSWER_SECONDS", 0.3)
    os.kill(queue.pid, signal.SIGSTOP)
    try:
        assert get("/healthz")[0] == 503
    finally:
        os.kill(queue.pid, signal.SIGCONT)


def test_a_queue_process_that_hangs_is_asked_once_at_a_time(queue, monkeypatch):
    monkeypatch.setattr(hosting, "ANSWER_SECONDS", 0.2)
    counts = []

    async def ask():
        for _ in range(3):
            answers = await asyncio.gather(*[hosting.health(None) for _ in range(20)])
            assert {answer.status_code for answer in answers} == {503}
            counts.append(threading.active_count())
        os.kill(queue.pid, signal.SIGCONT)
        monkeypatch.setattr(hosting, "ANSWER_SECONDS", 10.0)
        assert (await hosting.health(None)).status_code == 200

    os.kill(queue.pid, signal.SIGSTOP)
    try:
        apart(ask())
    finally:
        os.kill(queue.pid, signal.SIGCONT)
    assert max(counts) <= threading.active_count() + 3  # the loop's, the question's


def test_metrics_can_be_turned_off(monkeypatch):
    monkeypatch.setenv("PLAYGROUND_METRICS", "off")
    assert get("/metrics")[0] == 404
    assert get("/healthz")[0] == 503
    for nonsense in ("Off", "0", "false"):
        monkeypatch.setenv("PLAYGROUND_METRICS", nonsense)
        with pytest.raises(ValueError, match=r"PLAYGROUND_METRICS is .* must be on or off"):
            hosting.routes()


def test_every_response_has_the_headers(served):
    url, _ = served
    sent = f"{url}/_stcore/upload_file/none/none"
    answers = {
        "/": requests.get(f"{url}/", timeout=20),
        "/healthz": requests.get(f"{url}/healthz", timeout=20),
        "/metrics": requests.get(f"{url}/metrics", timeout=20),
        "/_stcore/metrics": requests.get(f"{url}/_stcore/metrics", timeout=20),
        "/fail": requests.get(f"{url}/fail", timeout=20),
        "upload": requests.put(sent, files={"file": ("x.pt", b"x")}, timeout=20),
    }
    for answer in answers.values():
        assert hosting.HEADERS.items() <= answer.headers.items()
    assert {path: answer.status_code for path, answer in answers.items()} == {
        "/": 200, "/healthz": 200, "/metrics": 200, "/_stcore/metrics": 404,
        "/fail": 500, "upload": 403,
    }  # fmt: skip


@pytest.mark.slow
def test_pages_bring_no_torch_to_the_web_process(served):
    """It would take 180 MB there; `test_web_process` looks at every page."""
    url, process = served
    pages = ("", "stages", "graph")
    for page in pages:
        answer = requests.post(f"{url}/_stcore/agent/interact", json={"page": page}, timeout=90)
        assert answer.status_code == 200
        assert "libtorch" not in Path(f"/proc/{process.pid}/maps").read_text(), page
    found = samples(requests.get(f"{url}/metrics", timeout=20).text)
    assert found["sessions",] == len(pages)
    assert found["blocks",] > 100_000


@pytest.fixture
def files(monkeypatch):
    """What Streamlit holds of the visitors' files."""
    files = MemoryUploadedFileManager("/_stcore/upload_file")
    running = SimpleNamespace(
        exists=lambda: True, get_instance=lambda: SimpleNamespace(uploaded_file_mgr=files)
    )
    monkeypatch.setattr(hosting, "runtime", running)
    return files


def upload(files, session, count):
    """Send `count` files of 1 MB at once; return how many were refused."""

    async def streamlit(scope, receive, send):
        await asyncio.sleep(0.01)
        name = scope["path"].rpartition("/")[2]
        files.add_file(session, UploadedFileRec(name, name, "", bytes(2**20)))
        await Response(status_code=204)(scope, receive, send)

    app, statuses = hosting.Guard(streamlit), []

    async def send(message):
        statuses.append(message.get("status"))

    def scope(name):
        path = f"/_stcore/upload_file/{session}/{name}"
        return {"type": "http", "method": "PUT", "path": path, "headers": []}

    async def together():
        await asyncio.gather(
            *[app(scope(f"{time.monotonic()}{k}"), None, send) for k in range(count)]
        )

    apart(together())
    return statuses.count(413)


def test_one_page_may_upload_only_so_much(files):
    assert upload(files, "ann", 1) == 0
    assert upload(files, "ann", 20) == 17
    assert upload(files, "ann", 1) == 1
    assert upload(files, "bob", 4) == 0
    files.remove_session_files("ann")
    assert upload(files, "ann", 1) == 0
    assert upload(files, "ann", 2) == 0


def test_a_page_carries_the_mark_of_the_server_that_it_was_loaded_from(queue):
    _, headers, _ = get("/stages", accept="text/html,*/*;q=0.8")
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"{hosting.COOKIE}={hosting.BORN}; ")
    assert "HttpOnly" in cookie
    assert "set-cookie" not in get("/_stcore/health")[1]  # asked again after a restart


def test_open_sockets_are_the_visitors(queue):
    seen = []

    async def socket(scope, receive, send):
        seen.append(metrics()["visitors",])

    app = hosting.Guard(socket)
    apart(app({"type": "websocket"}, None, None))
    assert seen == [1]
    assert metrics()["visitors",] == 0


def test_the_policy_lets_no_foreign_and_no_inline_script_run():
    policy = hosting.HEADERS["Content-Security-Policy"]
    scripts = re.search("script-src ([^;]*)", policy)[1].split()
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(scripts)
    assert "http" not in policy
    assert any(source.startswith("'sha256-") for source in scripts)


def test_a_variable_is_read_and_held_to_its_bounds(monkeypatch):
    variable = Variable("PLAYGROUND_TEST", 5, 1, 10)
    assert variable.value == 5
    monkeypatch.setenv("PLAYGROUND_TEST", " 7 ")
    assert variable.value == 7
    for text in ("0", "11", "many", "1.5"):
        monkeypatch.setenv("PLAYGROUND_TEST", text)
        with pytest.raises(ValueError, match=r"PLAYGROUND_TEST is .* from 1 to 10"):
            variable.value


def test_a_host_may_set_every_limit():
    program = """
from playground.core import catalog, table
from playground.jobs.limits import EPOCHS, UPLOAD_BYTES, Limits
from playground.core.settings import KNOBS, Settings
limits = Limits()
print(limits.seconds, limits.megabytes, limits.at_once, limits.waiting, limits.cache_megabytes)
print(EPOCHS, KNOBS["epochs"].rule, Settings.of("dynamic").epochs, Settings.of("nn").epochs)
print(UPLOAD_BYTES, table.LARGEST_FILE)
for lesson in catalog.ALL:
    Settings.of(lesson.slug, ladder=lesson.ladder)
"""
    given = {
        "PLAYGROUND_RUN_SECONDS": "7", "PLAYGROUND_RUN_MEGABYTES": "300",
        "PLAYGROUND_RUNS_AT_ONCE": "3", "PLAYGROUND_RUNS_WAITING": "9",
        "PLAYGROUND_CACHE_MEGABYTES": "1", "PLAYGROUND_EPOCHS": "2500",
        "PLAYGROUND_UPLOAD_KILOBYTES": "10",
    }  # fmt: skip
    assert set(given) == set(VARIABLES)
    found = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | given, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.splitlines() == [
        "7 300 3 9 1",
        "2500 a whole number from 1 to 2500 2500 2000",
        "10240 10240",
    ]


@pytest.mark.slow
def test_the_largest_sweep_fits_into_the_least_memory_that_a_host_may_set(monkeypatch):
    epochs = VARIABLES["PLAYGROUND_EPOCHS"].low  # each takes as much memory as the one before
    monkeypatch.setenv("PLAYGROUND_EPOCHS", str(epochs))
    least = VARIABLES["PLAYGROUND_RUN_MEGABYTES"].low
    limits = Limits(megabytes=least, seconds=300.0)  # for a machine that is slow or busy
    queue = Queue(("torch._dynamo", "playground.features.learning_rates.work"), limits)
    try:
        most = lab("polynomial", epochs=20, points=KNOBS["points"].high, degree=9)
        queue.start("ann", bases(most))
        assert collect(queue, seconds=300.0)[1].failure is None
    finally:
        queue.close()


def rows(heading):
    """Return the cells of the table in docs/hosting.md whose first heading is `heading`."""
    lines = (ROOT / "docs" / "hosting.md").read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            return found
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_document_names_every_limit_with_its_default_and_its_sentence():
    said = {
        "PLAYGROUND_RUNS_AT_ONCE": "Waiting for its turn: place {place}.",
        "PLAYGROUND_RUNS_WAITING": workers.FAILURES[BUSY],
        "PLAYGROUND_RUN_SECONDS": workers.FAILURES[TIMEOUT],
        "PLAYGROUND_RUN_MEGABYTES": workers.FAILURES[MEMORY],
        "PLAYGROUND_EPOCHS": (
            "This link holds values that mean nothing here; the defaults take their place:"
        ),
        "PLAYGROUND_UPLOAD_KILOBYTES": words.REFUSALS["oversized"],
    }
    found = {name.strip("`"): cells for name, *cells in rows("variable")}
    assert {name: (str(v.default), f"{v.low}, {v.high}") for name, v in VARIABLES.items()} == {
        name: tuple(cells[:2]) for name, cells in found.items()
    }
    assert said == {
        name: cells[3].strip('"') for name, cells in found.items() if cells[3].startswith('"')
    }
    assert set(VARIABLES) - set(said) == {"PLAYGROUND_CACHE_MEGABYTES"}
    for language in COMPLETE:
        for sentence in said.values():
            assert (i18n.translator(language)(sentence) == sentence) == (language == "en")


def test_the_document_quotes_every_failure():
    assert {kind: text.strip('"') for kind, text in rows("why")} == dict(workers.FAILURES)


def test_the_hosted_settings_are_ones_that_exist():
    names = re.findall(r"^#?([A-Z]+_\w+)=", (ROOT / "hosted.env").read_text(), re.MULTILINE)
    options = {
        "STREAMLIT_" + re.sub("(?<=[a-z])(?=[A-Z])", "_", option.replace(".", "_")).upper()
        for option in config.get_config_options()
    }
    ours = {*VARIABLES, "PLAYGROUND_METRICS", "PLAYGROUND_SCHEDULER"}
    assert ours == {name for name in names if name.startswith("PLAYGROUND")}
    assert set(names) - ours <= options
    for name, variable in VARIABLES.items():
        assert f"\n{name}={variable.default}\n" in (ROOT / "hosted.env").read_text()
