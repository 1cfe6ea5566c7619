"""The bar is at the front of a page, with its numbers."""

import json
import re

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.testclient import TestClient

from tests.support.paths import APPS
from workbench.dashboard.shell import early_bar, header

BAR = f"{early_bar.START}<b>bar</b>{early_bar.STATE.format('')}{early_bar.END}"
PAGE = f"<head><title>Home</title><link></head>{BAR}<p>after</p>"


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(header, "state", lambda: {"workspace": "</script><script>", "job": None})

    def make(answer):
        return TestClient(early_bar.EarlyBar(answer), follow_redirects=False)

    return make


def test_the_bar_is_before_the_title_and_has_its_numbers(client):
    page = client(HTMLResponse(PAGE, headers={"ETag": '"x"'})).get("/")
    assert page.text.count("<b>bar</b>") == 1
    assert page.text.index("<b>bar</b>") < page.text.index("<title>")
    assert page.text.endswith("</head><p>after</p>")
    assert "etag" not in page.headers
    (state,) = re.findall(r'id="wb-state">(.*?)</script>', page.text)
    assert json.loads(state)["workspace"] == "</script><script>"


@pytest.mark.parametrize(
    "answer",
    [
        HTMLResponse("<title>No bar</title>"),
        HTMLResponse(PAGE, status_code=404),
        PlainTextResponse(PAGE),
        RedirectResponse("/login"),
    ],
)
def test_other_answers_are_passed_on(client, answer):
    got = client(answer).get("/")
    assert (got.status_code, got.content) == (answer.status_code, answer.body)


def test_other_addresses_are_passed_on(client):
    assert client(HTMLResponse(PAGE)).get("/other").text == PAGE
    assert client(HTMLResponse(PAGE)).post("/").text == PAGE


def test_the_head_file_has_all_parts():
    text = (APPS / "head.html").read_text()
    for part in (early_bar.START, early_bar.END, early_bar.STATE.format("")):
        assert text.count(part) == 1
