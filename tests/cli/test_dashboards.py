"""Serve the dashboards from the command line."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.support.command_line import call
from workbench.cli import dashboards
from workbench.storage import VARIABLE, Workspace


@pytest.fixture
def served(monkeypatch):
    """The words and the variables of the server that a command starts."""
    calls = []

    def execve(program, words, variables):
        assert program == words[0] == sys.executable
        calls.append((words[1:], variables))

    monkeypatch.setattr(os, "execve", execve)
    return calls


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_apps_serves_the_workspace_and_the_roots(folder, served):
    (folder / "my dumps").mkdir()
    port = free_port()
    code, output = call("apps", "-w", "july", "--root", "my dumps", "--port", port)
    assert (code, output) == (0, f"Open http://127.0.0.1:{port}/?file=home.py\n")
    words, variables = served[0]
    assert words[:4] == ["-m", "workbench.dashboard", "run", str(dashboards.APPS)]
    assert words[words.index("--") :] == ["--", "--root", str(folder / "my dumps")]
    assert variables["WORKBENCH_WORKSPACE"] == str(folder / "july")


def test_apps_without_a_workspace_leaves_the_choice_to_the_server(folder, served):
    call("apps", "--port", free_port())
    assert "WORKBENCH_WORKSPACE" not in served[0][1]


@pytest.mark.parametrize(
    ("host", "token"),
    [("127.0.0.1", "--no-token"), ("localhost", "--no-token"), ("0.0.0.0", "--token")],
)
def test_apps_needs_a_token_if_other_machines_can_reach_it(folder, served, host, token):
    output = call("apps", "--host", host, "--port", free_port())[1]
    assert {"--token", "--no-token"} & set(served[0][0]) == {token}
    assert ("token below" in output) == (token == "--token")


def test_apps_refuses_a_port_in_use_a_wrong_host_and_a_missing_root(folder, served):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = [("--port", port), ("--host", "256.1.1.1"), ("--root", "absent")]
        for option in refused:
            code, output = call("apps", *option)
            assert code == 1, output
            assert "Hint: " in output
    assert served == []


def check_other_sites_are_refused(port):
    """Check that the server answers web sockets of its own pages, and of no other site."""
    own = f"http://127.0.0.1:{port}"
    address = f"ws://127.0.0.1:{port}/ws?session_id=s_abcdef&file=home.py"
    with pytest.raises(InvalidStatus), connect(address, origin="http://evil.example"):
        pass
    with connect(address, origin=own, open_timeout=60) as socket_of_page:
        assert socket_of_page.recv(timeout=60)


@pytest.mark.slow
def test_apps_answers_until_it_is_stopped(folder):
    port = free_port()
    words = [sys.executable, "-c", "from workbench.cli import main; main()", "apps"]
    server = subprocess.Popen([*words, "--port", str(port), "--headless"], cwd=folder)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/?file=home.py")
            except OSError:
                assert server.poll() is None
                time.sleep(0.2)
            else:
                with answer:
                    assert answer.status == 200
                check_other_sites_are_refused(port)
                return
        pytest.fail("the server does not answer")
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_the_token_of_a_server_is_in_no_file_and_no_list_of_processes(folder):
    port, log = free_port(), folder.parent / f"{folder.name}.log"
    workspace = Workspace.create(folder / "july")
    words = dashboards.arguments(host=dashboards.LOCAL[0], port=port, roots=[], is_headless=True)
    words[words.index("--no-token")] = "--token"
    with log.open("wb") as output:
        server = subprocess.Popen(
            words, cwd=folder, env=os.environ | {VARIABLE: str(workspace.root)}, stdout=output
        )
    try:
        deadline = time.monotonic() + 60
        while not (match := re.search(r"access_token=(\S+)", log.read_text())):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        token, banner = match[1], log.read_text().count(match[1])
        query = f"file=home.py&access_token={token}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?{query}") as answer:
            assert answer.status == 200
        address = f"ws://127.0.0.1:{port}/ws?session_id=s_abcdef&{query}"
        with connect(address, open_timeout=60, max_size=None) as page:
            while '"op": "completed-run"' not in (message := str(page.recv(timeout=60))):
                assert token not in message
        processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
        assert not [token for each in processes if token in " ".join(each.cmdline())]
        written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert [token.encode() in data for data in written].count(True) == 0
        assert log.read_text().count(token) == banner
    finally:
        server.terminate()
        server.wait(20)
