"""The state of a page in its address."""

import marimo as mo
import pytest

from workbench.dashboard.session import query_params


class Address(dict):
    """Stands for the address of a page."""

    def get_all(self, name):
        return [self[name]] if name in self else []

    set = dict.__setitem__
    remove = dict.__delitem__


@pytest.fixture
def address(monkeypatch):
    address = Address()
    monkeypatch.setattr(mo, "query_params", lambda: address)
    return address


def test_read_cuts_long_values_and_has_a_default(address):
    assert query_params.read("words", "none") == "none"
    address["words"] = "x" * 9999
    assert len(query_params.read("words")) == query_params.LONGEST


def test_choice_is_one_of_the_options(address):
    assert query_params.choice("kind", ["Kept", "Removed"]) == "Kept"
    address["kind"] = "Removed"
    assert query_params.choice("kind", ["Kept", "Removed"]) == "Removed"
    address["kind"] = "<b>"
    assert query_params.choice("kind", ["Kept", "Removed"]) == "Kept"


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("0", 1), ("-1", 1), ("x", 1), ("٣", 1)])
def test_whole_is_a_number_above_zero(address, text, number):
    address["page"] = text
    assert query_params.whole("page") == number


def test_ids_skip_everything_else(address):
    address["thread"] = "5,x,5,0,7,99999999999999999999,<b>"
    assert query_params.ids("thread") == [5, 7]
    assert query_params.thread_id() == 5
    address["thread"] = ""
    assert query_params.thread_id() is None


def test_write_removes_empty_values(address):
    query_params.write(words="a", page=2, thread=None)
    assert address == {"words": "a", "page": "2"}
    query_params.write(words="", page=3)
    assert address == {"page": "3"}


def test_only_a_choice_that_changes_alone_makes_an_entry(monkeypatch):
    sent = []

    class Sending(Address):
        def set(self, name, value):
            sent.append((name, value))
            self[name] = value

        def remove(self, name):
            sent.append((name, None))
            del self[name]

    address = Sending()
    monkeypatch.setattr(mo, "query_params", lambda: address)
    query_params.write(choice="thread", page=1, thread=5)
    query_params.write(choice="thread", page=2, thread=6)
    assert ("history", "push") not in sent
    sent.clear()
    query_params.write(choice="thread", page=2, thread=7)
    assert sent == [("history", "push"), ("thread", "7"), ("history", None)]
    sent.clear()
    query_params.write(choice="thread", page=2, thread=7)
    query_params.write(choice="thread", page=2, thread=None)
    assert sent == [("thread", None)]
    assert address == {"page": "2"}
