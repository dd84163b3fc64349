"""The wheel in an environment of its own: the command, its pages, its end."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import tomllib
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
NAME = "gradient-playground"
AGENT_API = "--server.enableAgentApi=true"
ADDRESSES = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"home"} | {""}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and install it, both without a network; return the new environment.

    It finds all else in the environment that runs the tests.
    """
    folder = tmp_path_factory.mktemp("installed")
    paths = {"base": str(folder), "platbase": str(folder)}
    site, programs = (
        Path(sysconfig.get_path(name, "venv", paths)) for name in ("purelib", "scripts")
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    running = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "running.pth").write_text("\n".join(running), encoding="utf-8")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    pip("--python", programs / "python", "install", "--no-deps", "--no-index", wheel)
    return SimpleNamespace(site=site, command=programs / NAME, python=programs / "python")


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


def environment(folder, **more):
    """Return a clean environment, with a browser that writes down what it is told to open."""
    recorder = folder / "browser.py"
    recorder.write_text(
        f"import sys; open({str(folder / 'opened.txt')!r}, 'a').write(sys.argv[1] + '\\n')"
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "STREAMLIT_", "PLAYGROUND_"))
    }
    return kept | {"DISPLAY": ":0", "BROWSER": f"{sys.executable} {recorder} %s", **more}


@contextmanager
def serving(folder, command, end, **variables):
    """Serve from `folder`; at the end send the signal `end`, after which nothing may be left."""
    log = folder / "log.txt"
    with log.open("w") as file:
        process = psutil.Popen(
            command, cwd=folder, env=environment(folder, **variables), stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip

    def started():
        assert process.poll() is None, log.read_text()
        found = re.search(r"URL: (http://localhost:(\d+))\n", log.read_text())
        return found if found and up(found[1]) else None

    try:
        found = wait_for(started)
        yield SimpleNamespace(url=found[1], port=int(found[2]), process=process, folder=folder)
        below = process.children(recursive=True)
        assert len(below) >= 2, "the queue process and the one that runs are forked from"
        if end == signal.SIGINT:  # Ctrl-C goes to all that the terminal started
            os.killpg(process.pid, end)
        else:
            process.send_signal(end)
        process.wait(60)
        assert psutil.wait_procs(below, 60)[1] == []
        assert not up(found[1])
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(find):
    """Return what `find` finds, as soon as it is true."""
    until = time.monotonic() + 60
    while not (found := find()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def up(url):
    try:
        return requests.get(f"{url}/_stcore/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def visit(url, **request):
    """Run a page in a session, as a visitor would; return all of it.

    On a busy machine the first run waits for torch to be imported, longer than one answer does.
    """
    for _ in range(5):
        answer = requests.post(f"{url}/_stcore/agent/interact", json=request, timeout=60)
        if answer.status_code != 202:  # the page still runs
            break
        request = {"session_id": answer.json()["session_id"]}
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture(scope="module")
def served(installed, tmp_path_factory):
    """The installed command, started in an empty folder, ended by Ctrl-C."""
    command = [installed.command, "--port", "0", "--", AGENT_API]
    folder = tmp_path_factory.mktemp("elsewhere")
    with serving(folder, command, signal.SIGINT, STREAMLIT_CLIENT_TOOLBAR_MODE="minimal") as served:
        yield served


def test_every_page_comes_and_runs(served):
    pages = visit(served.url, page="").json()["pages"]
    assert {page["url_path"] for page in pages} == ADDRESSES
    for address in ADDRESSES:
        assert requests.get(f"{served.url}/{address}", timeout=10).status_code == 200
        answer = visit(served.url, page=address)
        assert answer.json()["page"]["url_path"] == address
        assert '"type":"exception"' not in answer.text
        assert len(answer.json()["tree"]["children"][0]["children"]) > 1, address


def test_a_run_is_made(served):
    settings = {"stage": ["autograd"], "seed": ["5"], "epochs": ["300"]}
    page = visit(served.url, page="stages", query_params=settings)
    session = page.json()["session_id"]
    trained = visit(served.url, session_id=session, trigger={"key": "train"})
    assert re.search(r'"label":"Time","value":"[^"]+","delta":"[^"]+"', trained.text)


def test_the_package_is_the_wheels(served, installed):
    queue, *_ = served.process.children()
    assert Path(queue.cwd()) == installed.site  # it starts where its `playground` lies
    asked = "import app, playground.ui as ui; print(app.__file__, ui.__file__, ui.PAGES)"
    found = subprocess.check_output(
        [installed.python, "-c", f"import sys; sys.path.insert(0, 'served'); {asked}"],
        cwd=installed.site / "playground", env=environment(served.folder), text=True,
    )  # fmt: skip
    assert all(Path(path).is_relative_to(installed.site) for path in found.split())


def test_its_own_settings_hold_in_any_folder_and_the_environment_comes_before_them(served):
    session = first_message(f"ws://localhost:{served.port}/_stcore/stream").new_session
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    assert list(session.custom_theme.chart_categorical_colors) == theme["chartCategoricalColors"]
    assert session.custom_theme.dark.primary_color == theme["dark"]["primaryColor"]
    assert session.config.toolbar_mode == session.config.MINIMAL


def first_message(address):
    message = ForwardMsg()
    with connect(address, subprotocols=["streamlit"], close_timeout=1) as socket:
        socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        message.ParseFromString(socket.recv(30))
    return message


def test_one_browser_is_opened(served):
    """By the command: a Streamlit that opened one for an `App` by itself would make it two."""
    opened = served.folder / "opened.txt"
    wait_for(lambda: opened.exists() and opened.read_text())
    assert opened.read_text() == f"{served.url}\n"


def test_it_tells_its_version(installed):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    said = subprocess.check_output([installed.command, "--version"], text=True)
    assert said == f"{NAME} {project['version']}\n"


def test_python_starts_the_checkouts_file_and_opens_no_browser_if_told(tmp_path):
    command = [sys.executable, ROOT / "app.py", "--no-browser", "--port", "0", "--", AGENT_API]
    with serving(tmp_path, command, signal.SIGTERM) as server:
        assert visit(server.url, page="teach").json()["status"] == "ready"
        assert Path(server.process.children()[0].cwd()) == ROOT
    assert not (tmp_path / "opened.txt").exists()
