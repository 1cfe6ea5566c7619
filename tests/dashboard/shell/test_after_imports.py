"""No session starts before the packages of the pages are imported; everything else is answered."""

import threading

import pytest
from starlette.testclient import TestClient

from tests.dashboard.shell.test_same_origin import application
from workbench.dashboard import __main__ as server
from workbench.dashboard.shell.after_imports import AfterImports


def test_sessions_wait_for_the_imports_and_pages_do_not():
    ready = threading.Event()
    client = TestClient(AfterImports(application, ready=ready))
    assert client.get("/").text == "tweets"
    greetings = []

    def greet():
        with client.websocket_connect("/ws") as socket:
            greetings.append(socket.receive_text())

    visit = threading.Thread(target=greet, daemon=True)
    visit.start()
    visit.join(0.2)
    assert visit.is_alive()
    assert greetings == []
    ready.set()
    visit.join(60)
    assert greetings == ["tweets"]


def test_everything_that_an_app_imports_is_imported_before():
    names = server.modules()
    assert "workbench.dashboard.components.thread_cards" in names
    assert "workbench.dashboard.read.layout" in names
    assert "workbench.dashboard.__main__" not in names


def test_sessions_start_even_if_an_import_fails(monkeypatch):
    monkeypatch.setattr("workbench.dashboard.session.server.SERVER.start", lambda: None)
    monkeypatch.setattr(server, "modules", lambda: ["no_such_module"])
    ready = threading.Event()
    with pytest.raises(ModuleNotFoundError):
        server.prepare(ready)
    assert ready.is_set()
