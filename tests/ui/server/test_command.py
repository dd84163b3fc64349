import socket

import pytest
from streamlit.web import cli

from playground.ui import APP
from playground.ui.server import command


@pytest.fixture
def run(monkeypatch):
    """Run the command; return what `streamlit` would be told."""
    told = []
    monkeypatch.setattr(cli, "main", lambda arguments, **_: told.extend(arguments))
    monkeypatch.setattr(command, "_open_browser", lambda _host: None)
    for name in ("ADDRESS", "PORT"):
        monkeypatch.delenv(f"STREAMLIT_SERVER_{name}", raising=False)

    def run(*arguments):
        told.clear()
        command.main(arguments)
        return told

    return run


@pytest.fixture
def taken():
    """Return a port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_it_serves_this_machine_alone_unless_told(run):
    assert run() == ["run", str(APP), "--server.address=localhost"]
    assert APP.is_file()


def test_options_are_handed_to_streamlit(run):
    told = run("--host", "0.0.0.0", "--port", "0", "--no-browser", "--", "--server.maxUploadSize=2")
    assert told == [
        "run", str(APP), "--server.address=0.0.0.0", "--server.port=0", "--server.headless=true",
        "--server.maxUploadSize=2",
    ]  # fmt: skip


def test_the_environment_counts_and_an_option_comes_before_it(run, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "127.0.0.1")
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "0")
    assert run()[2:] == ["--server.address=127.0.0.1", "--server.port=0"]
    assert run("--host=0.0.0.0")[2:] == ["--server.address=0.0.0.0", "--server.port=0"]


@pytest.mark.parametrize("by", ["an option", "the environment"])
def test_a_taken_port_is_one_sentence(run, taken, by, monkeypatch):
    arguments = ["--port", str(taken)] if by == "an option" else []
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", str(taken))
    with pytest.raises(SystemExit) as end:
        run(*arguments)
    said = f"Port {taken} is taken: choose another with --port; 0 takes any free one."
    assert end.value.code == said


def test_an_address_of_another_machine_is_one_sentence(run):
    # 192.0.2.0/24 is kept for documents: no machine has it
    with pytest.raises(SystemExit, match=r"^Cannot listen on 192\.0\.2\.1, port 0: [^:]+\.$"):
        run("--host", "192.0.2.1")


@pytest.mark.parametrize("port", ["65536", "-1", "http", "8.5", ""])
def test_a_port_that_is_none_is_refused(run, port, capsys):
    with pytest.raises(SystemExit):
        run(f"--port={port}")
    assert f"a port is a number from 0 to 65535, and not {port!r}" in capsys.readouterr().err


def test_an_option_of_streamlit_stands_behind_two_dashes(run, capsys):
    with pytest.raises(SystemExit):
        run("--server.maxUploadSize=2")
    assert "unrecognized arguments: --server.maxUploadSize=2" in capsys.readouterr().err


def test_help_names_every_option(run, capsys):
    with pytest.raises(SystemExit):
        run("--help")
    said = capsys.readouterr().out
    for option in ("--host", "--port", "--no-browser", "--version", "-- OPTION_OF_STREAMLIT"):
        assert option in said
