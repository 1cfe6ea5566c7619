"""Objects that a cell contains as text."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ingest.formats import written_objects

_SCALARS = st.text() | st.integers(-(10**18), 10**18) | st.booleans() | st.none()
_FIELDS = st.dictionaries(st.text(), _SCALARS, max_size=5)


@given(_FIELDS, st.lists(_SCALARS, max_size=3))
def test_what_python_prints_is_read_back(fields, inner):
    printed = repr(fields | {"list": inner, "object": {"username": "no"}})
    expected = {key: value for key, value in fields.items() if key not in ("list", "object")}
    assert written_objects.read(printed) == expected


@given(_FIELDS)
def test_json_is_read_back(fields):
    assert written_objects.read(json.dumps(fields)) == fields


def test_names_inside_other_values_are_not_taken():
    user = {"bio": "{'username': 'evil', 'id': 1}", "tags": ["'id': 2"], "username": "ann"}
    assert written_objects.read(repr(user))["username"] == "ann"
    assert "id" not in written_objects.read(repr(user))


def test_calls_are_not_evaluated_and_do_not_hide_what_follows():
    text = "{'created': datetime.datetime(2019, 7, 3, tzinfo=utc), 'id': 8, 'x': User(id=9)}"
    assert written_objects.read(text) == {"id": 8}


@pytest.mark.parametrize("text", ["", "ann", "[1]", "{'a", "{" * 70_000 + "}"])
def test_other_texts_are_no_objects(text):
    assert written_objects.read(text) is None


@pytest.mark.parametrize("unit", ["'", '"', "\\", "{", "':", "'a':"])
def test_hostile_texts_cost_little_time(unit):
    text = "{" + unit * (60_000 // len(unit)) + "}"
    began = time.process_time()
    written_objects.read(text)
    assert time.process_time() - began < 5
