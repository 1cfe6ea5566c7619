"""Threads and an export that several test files use."""

import pytest

from tests.support import kept
from tests.support.exports_by_hand import recipe, write_export
from tests.support.kept import turn


@pytest.fixture
def turns():
    """Four threads; one has only a picture as a reply, and tests mostly remove thread 20."""
    return kept.turns(
        [
            turn(1, None, 7, "why is the sky blue? ask @zoe", likes=3),
            turn(2, 1, 8, "@name7 because of air, mail me@web.org", likes=1),
            turn(3, 2, 7, "@name8 and at night?", likes=0),
            turn(4, 3, 8, "@name7 no sun"),
            turn(5, 1, 9, "@name7 it reflects the sea https://t.co/x", likes=5),
        ],
        [turn(20, None, 7, "removed thread"), turn(21, 20, 8, "@name7 never seen")],
        [turn(30, None, 9, "how do I cook rice?", lang="und"), turn(31, 30, 7, "@name9 steam it")],
        [turn(40, None, 9, "who is there?"), turn(41, 40, 7, "@name9 https://t.co/picture")],
    )


@pytest.fixture
def pack(turns, tmp_path):
    """An export in four formats, each with another encoding."""
    chosen = recipe("messages", "oasst.jsonl.gz", "sharegpt.jsonl.zst", "instruction")
    write_export(turns, tmp_path / "pack", recipe=chosen)
    return tmp_path / "pack"
