import gzip
import http.client
import os
import random
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config

from playground.ui.server import compression
from playground.ui.server.compression import Compressed, chosen, streamlit_files
from tests.jobs.test_client import wait_for
from tests.samples import some

ROOT = Path(__file__).parents[3]
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
TEXT = "".join(f"const name{number} = {number}\n" for number in range(20_000)).encode()
NOISE = random.Random(0).randbytes(10_000)
BOTH = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),  # what browsers send to a secure address
        ("gzip, deflate", "gzip"),  # and to others
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br ; q=0.8 ,\tGZIP;Q=0.8", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.000, gzip;q=0", None),
        ("gzip;q=0.001", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", None),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("identity", None),
        ("identity;q=0.5, gzip;q=0.4", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0.5, *;q=0.6", "br"),
        ("identity;q=0", None),
        ("", None),
        ("brotli, x-br, deflate", None),
        ("br;q=high, gzip;q=-1, ;;, q=1", None),
    ],
)
def test_the_coding_is_the_one_that_is_accepted_most(accepted, coding):
    assert chosen(accepted, ["br", "gzip"]) == coding


def test_a_coding_that_is_not_there_is_not_chosen():
    assert chosen("gzip;q=0.5, br", ["gzip"]) == "gzip"
    assert chosen("br, gzip", []) is None


def ask(url, path, method="GET", **headers):
    """Return what a server answers, with `text`: its body, unpacked. The path goes as it is."""
    connection = http.client.HTTPConnection(url, timeout=60)
    answer = read(connection, path, method, **headers)
    connection.close()
    return answer


def read(connection, path, method="GET", **headers):
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    body, coding = answer.read(), answer.headers["Content-Encoding"]
    return SimpleNamespace(
        status=answer.status, headers=answer.headers, coding=coding, size=len(body),
        text=UNPACK[coding](body) if body else b"",
    )  # fmt: skip


@contextmanager
def running(app):
    """Serve `app`; yield its host and port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def files(tmp_path):
    texts = {"a.js": TEXT, "kept.js": TEXT, "coded.js": gzip.compress(TEXT, 0)}
    for name, content in {**texts, "noise.woff2": NOISE}.items():
        (tmp_path / name).write_bytes(content)
    return {f"/static/{path.name}": path for path in tmp_path.iterdir()}


class Files(StaticFiles):
    """Files of which one may not be changed on its way, and one is coded already."""

    def file_response(self, path, *args, **kwargs):
        response = super().file_response(path, *args, **kwargs)
        if Path(path).name == "kept.js":
            response.headers["Cache-Control"] = "public, no-transform"
        if Path(path).name == "coded.js":
            response.headers["Content-Encoding"] = "gzip"
        return response


def wait_until_compressed():
    layers = [one for one in threading.enumerate() if one.name == "compression"]
    wait_for(lambda: not any(layer.is_alive() for layer in layers), 60.0)


def app(files, at="/static"):
    folder = next(iter(files.values())).parent
    return Starlette(
        routes=[
            Route("/packed", lambda _: Response(gzip.compress(b"x"), headers={"Vary": "Cookie"})),
            Mount(at, Files(directory=folder)),
        ],
        middleware=[Middleware(Compressed, files=files)],
    )


@pytest.fixture
def url(files):
    """The address of a server that has compressed its files."""
    with running(app(files)) as url:
        wait_until_compressed()
        yield url


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_file_is_sent_compressed_to_who_accepts_it(url, coding):
    plain = ask(url, "/static/a.js")
    answer = ask(url, "/static/a.js", Accept_Encoding=coding)
    assert (answer.status, answer.coding, answer.text) == (200, coding, TEXT)
    assert answer.size < len(TEXT) / 4
    assert answer.headers["Content-Length"] == str(answer.size)
    assert answer.headers["Content-Type"] == plain.headers["Content-Type"]
    assert answer.headers["Last-Modified"] == plain.headers["Last-Modified"]
    assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert plain.coding is None
    assert plain.headers["Content-Length"] == str(len(TEXT))


def test_a_request_for_the_headers_gets_those_of_the_file(url):
    for headers in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}):
        whole = ask(url, "/static/a.js", **headers)
        alone = ask(url, "/static/a.js", "HEAD", **headers)
        assert (alone.status, alone.size) == (200, 0)
        assert dict(alone.headers) | {"date": ""} == dict(whole.headers) | {"date": ""}


def test_each_coding_has_a_tag_of_its_own_that_spares_the_file(url):
    tags = {}
    for coding in ("br", "gzip", "identity"):
        answer = ask(url, "/static/a.js", Accept_Encoding=coding)
        tags[coding] = answer.headers["ETag"]
    assert len(set(tags.values())) == 3
    for coding in tags:
        for held, tag in tags.items():
            for sent in (tag, f'"other", W/{tag}'):
                answer = ask(url, "/static/a.js", Accept_Encoding=coding, If_None_Match=sent)
                assert answer.status == (304 if held == coding else 200)
                assert answer.headers["ETag"] == tags[coding]
                assert answer.headers["Vary"] == "Accept-Encoding"
                assert answer.text == (b"" if held == coding else TEXT)


def test_a_file_that_has_not_changed_since_is_spared(url):
    held = ask(url, "/static/a.js", **BOTH).headers
    again = ask(url, "/static/a.js", **BOTH, If_Modified_Since=held["Last-Modified"])
    assert (again.status, again.size, again.headers["ETag"]) == (304, 0, held["ETag"])
    before = ask(url, "/static/a.js", **BOTH, If_Modified_Since="Sat, 01 Jan 2000 00:00:00 GMT")
    assert (before.status, before.text) == (200, TEXT)


def test_a_range_is_one_of_the_file_as_it_is(url):
    answer = ask(url, "/static/a.js", **BOTH, Range="bytes=100-199")
    assert (answer.status, answer.coding, answer.text) == (206, None, TEXT[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(TEXT)}"
    assert answer.headers["Vary"] == "Accept-Encoding"
    packed = ask(url, "/static/a.js", **BOTH)
    assert packed.headers["Accept-Ranges"] is None
    of_another = {"Range": "bytes=100-199", "If-Range": packed.headers["ETag"]}
    answer = ask(url, "/static/a.js", **BOTH, **of_another)
    assert (answer.status, answer.coding, answer.text) == (200, None, TEXT)


def test_what_may_not_be_changed_is_not(url):
    answer = ask(url, "/static/kept.js", **BOTH)
    assert (answer.status, answer.coding, answer.text) == (200, None, TEXT)
    answer = ask(url, "/static/a.js", **BOTH, Cache_Control="no-transform")
    assert (answer.status, answer.coding, answer.text) == (200, None, TEXT)


def test_what_is_coded_already_is_not_coded_again(url):
    answer = ask(url, "/static/coded.js", **BOTH)
    assert (answer.status, answer.coding, answer.text) == (200, "gzip", TEXT)
    assert answer.size > len(TEXT)


def test_what_does_not_shrink_is_sent_as_it_is(url):
    answer = ask(url, "/static/noise.woff2", **BOTH)
    assert (answer.status, answer.coding, answer.text) == (200, None, NOISE)


def test_other_answers_pass_unchanged(url):
    answer = ask(url, "/packed", **BOTH)
    assert answer.coding is None
    assert answer.headers["Vary"] == "Cookie"
    assert gzip.decompress(answer.text) == b"x"
    assert ask(url, "/static/none.js", **BOTH).status == 404
    assert ask(url, "/static/a.js", "POST", **BOTH).status == 405


def test_a_file_that_was_changed_is_sent_as_it_is(url, files):
    assert ask(url, "/static/a.js", **BOTH).coding == "br"
    files["/static/a.js"].write_bytes(TEXT + b"more")
    answer = ask(url, "/static/a.js", **BOTH)
    assert (answer.coding, answer.text) == (None, TEXT + b"more")
    files["/static/a.js"].unlink()
    assert ask(url, "/static/a.js", **BOTH).status == 404


def test_two_layers_compress_once(files):
    inner = app(files)
    inner.add_middleware(Compressed, files=files)
    with running(inner) as url:
        wait_until_compressed()
        for coding in ("br", "gzip"):
            answer = ask(url, "/static/a.js", Accept_Encoding=coding)
            assert (answer.coding, answer.text) == (coding, TEXT)


@pytest.mark.parametrize("base", ["learn", "/learn/", "/static"])
def test_a_base_path_stands_before_the_files(files, monkeypatch, base):
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": base}.get)
    at = f"/{base.strip('/')}/static"
    with running(app(files, at)) as url:
        wait_for(lambda: ask(url, f"{at}/a.js", **BOTH).coding == "br", 60.0)
        assert ask(url, f"{at}/a.js", **BOTH).text == TEXT
        assert ask(url, f"{at}/none.js", **BOTH).status == 404


def test_nobody_waits_while_files_are_compressed(files, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(content):
        begun.set()
        go_on.wait(60)
        return gzip.compress(content)

    monkeypatch.setattr(compression, "CODINGS", {"gzip": slow})
    with running(app(files)) as url:
        assert begun.wait(60)
        answer = ask(url, "/static/a.js", **BOTH)
        assert (answer.coding, answer.text) == (None, TEXT)
        assert answer.headers["Vary"] == "Accept-Encoding"
        go_on.set()
        wait_for(lambda: ask(url, "/static/a.js", **BOTH).coding == "gzip")


def test_a_server_that_ends_stops_compressing(files, monkeypatch):
    begun, go_on, done = threading.Event(), threading.Event(), []

    def slow(content):
        begun.set()
        go_on.wait(60)
        done.append(content)
        return content

    monkeypatch.setattr(compression, "CODINGS", {"gzip": slow})
    with running(app(files)):
        assert begun.wait(60)
    (thread,) = [one for one in threading.enumerate() if one.name == "compression"]
    go_on.set()
    thread.join(60)
    assert len(done) == 1 < len(files)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The app as `streamlit run` serves it below a base path: host and port."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    options = [
        "--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}",
        "--server.baseUrlPath=learn",
    ]  # fmt: skip
    with (tmp_path_factory.mktemp("served") / "log.txt").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
        )  # fmt: skip
        url = f"127.0.0.1:{port}"

        def up():
            assert process.poll() is None
            try:
                return ask(url, "/learn/_stcore/health").status == 200
            except OSError:
                return False

        try:
            wait_for(up, 60.0)
            yield url
        finally:
            process.terminate()
            process.wait(20)
        log.seek(0)
        assert "Traceback" not in log.read()


def shrinks(path):
    return path.suffix in (".js", ".css", ".html", ".json") and path.stat().st_size > 1000


@pytest.mark.slow
def test_every_file_of_the_pages_is_the_same_in_each_coding(served, request):
    """Every page is made of these: what `index.html` names, and what that loads in its turn."""
    files = streamlit_files()
    assert {"/", "/favicon.png"} < set(files)
    scripts = [path for path, file in files.items() if shrinks(file)]
    assert len(scripts) > 100
    last = f"/learn{scripts[-1]}"
    wait_for(lambda: ask(served, last, Accept_Encoding="gzip").coding == "gzip", 120.0)
    connection = http.client.HTTPConnection(served, timeout=60)
    for path, file in some(request.config, files.items(), 40):
        content = file.read_bytes()
        plain = read(connection, f"/learn{path}", Accept_Encoding="identity")
        assert (plain.status, plain.coding, plain.text) == (200, None, content), path
        for coding in ("br", "gzip"):
            answer = read(connection, f"/learn{path}", Accept_Encoding=coding)
            assert (answer.status, answer.text) == (200, content), path
            if shrinks(file):
                assert answer.coding == coding, path
                assert answer.headers["ETag"].endswith(f'-{coding}"'), path
            for name in ("Cache-Control", "Content-Type", "Last-Modified"):
                assert answer.headers[name] == plain.headers[name], path
    connection.close()


def test_hashed_files_are_kept_for_good_and_the_page_is_not(served):
    script = next(path for path in streamlit_files() if path.startswith("/static/js/"))
    assert "immutable" in ask(served, f"/learn{script}", **BOTH).headers["Cache-Control"]
    assert ask(served, "/learn/", **BOTH).headers["Cache-Control"] == "no-cache"
    for path in (f"/learn{script}", "/learn/"):
        assert ask(served, path, **BOTH).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/learn/static/../../../../../../../../etc/passwd",
        "/learn/static/../../app.py",
        "/learn/static/js/..%2f..%2f..%2f..%2fserver.py",
        "/learn/static/%2e%2e/%2e%2e/git_util.py",
        "/learn/static//etc/passwd",
        "//etc/passwd",
        "/learn/../static/js",
    ],
)
def test_no_path_leads_out_of_the_folder(served, path):
    for accepted in ("br", "gzip", "identity"):
        answer = ask(served, path, Accept_Encoding=accepted)
        assert answer.status in (400, 404) or answer.text == streamlit_files()["/"].read_bytes()


def test_a_name_that_is_not_there_gets_what_it_got(served):
    for accepted in ({}, {"Accept-Encoding": "identity"}, BOTH):
        answer = ask(served, "/learn/static/js/none.js", **accepted)
        assert (answer.status, answer.text) == (200, streamlit_files()["/"].read_bytes())
        assert answer.headers["Content-Type"].startswith("text/html")  # Streamlit's own 404
        assert answer.headers["Cache-Control"] == "no-cache"
        assert ask(served, "/static/js/none.js", **accepted).status == 404
