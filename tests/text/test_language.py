"""The language of a text, given or detected."""

import socket

import polars as pl
import pytest

from workbench.text import language

KNOWN = {
    "en": "Does anybody know a good way to keep bread fresh for a week?",
    "es": "¿Alguien sabe cómo puedo guardar el pan fresco durante una semana?",
    "fr": "Est-ce que quelqu'un sait comment garder le pain frais pendant une semaine ?",
    "de": "Weiß jemand, wie ich das Brot eine Woche lang frisch halten kann?",
    "pt": "Alguém sabe como posso guardar o pão fresco durante uma semana inteira?",
    "ja": "パンを一週間新鮮に保つ方法を知っている人はいますか",
    "ru": "Кто-нибудь знает, как сохранить хлеб свежим целую неделю?",
}


def fill(rows):
    return language.fill(
        pl.DataFrame(rows, schema={"lang": pl.String, "prompt": pl.String}, orient="row")
    ).to_list()


@pytest.fixture
def offline(monkeypatch):
    def refuse(*_args, **_kwargs):
        msg = "the network was asked"
        raise AssertionError(msg)

    monkeypatch.setattr(socket, "socket", refuse)
    language._detector.cache_clear()
    yield
    language._detector.cache_clear()


@pytest.mark.usefixtures("offline")
def test_detect_knows_languages_without_a_network():
    assert language.detect(pl.Series(list(KNOWN.values()))).to_list() == list(KNOWN)


def test_fill_believes_the_source_where_it_says_something():
    assert fill([("fr", KNOWN["en"]), ("en-GB", KNOWN["de"])]) == ["fr", "en-GB"]


@pytest.mark.parametrize("code", [None, *language.UNDETERMINED, "UND"])
def test_fill_detects_where_the_source_says_nothing(code):
    assert fill([(code, KNOWN["en"])]) == ["en"]


@pytest.mark.parametrize(
    "text", ["", "ok", "haha", "😀😀😀😀", "#help #advice #question", "12 345 678"]
)
def test_fill_leaves_open_what_is_too_short_to_tell(text):
    assert fill([("und", text)]) == [None]


def test_fill_does_not_listen_to_hashtags():
    assert fill([("und", f"{KNOWN['es']} #ThrowbackThursday #WritingCommunity #NowPlaying")]) == [
        "es"
    ]


def test_fill_takes_lines_and_nothing():
    assert fill([("und", KNOWN["en"].replace(" ", "\n"))]) == ["en"]
    assert fill([]) == []
