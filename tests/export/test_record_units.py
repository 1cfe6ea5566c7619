"""How trees are divided into the units that records are made of."""

import pytest

from tests.support.trees_by_hand import BRANCHED, build_trees, texts
from workbench.export import record_units
from workbench.recipe import ExportSettings


@pytest.mark.parametrize(
    ("unit", "paths", "expected"),
    [
        ("tree", "best", [["why?", "because", "and how?", "thus", "so", "really?", "yes"]]),
        ("path", "best", [["why?", "because", "and how?", "thus"]]),
        (
            "path",
            "all",
            [["why?", "because", "and how?", "thus"], ["why?", "so", "really?", "yes"]],
        ),
        ("pair", "best", [["why?", "because"]]),
        ("pair", "all", [["why?", "because"], ["why?", "so"]]),
    ],
)
def test_units_divide_a_tree(unit, paths, expected):
    (root,), _ = build_trees(BRANCHED)
    units = list(record_units.units(root, unit, settings=ExportSettings(paths=paths)))
    assert [texts(turns) for _, turns in units] == expected


def test_units_of_turns_name_the_root():
    (root,), _ = build_trees(BRANCHED)
    units = list(record_units.units(root, "turn", settings=ExportSettings()))
    assert all(unit.root is root and turns == [unit.turn] for unit, turns in units)
    assert len(units) == 7


WHY = ["why?", "because", "and how?", "thus"]
REALLY = ["why?", "so", "really?", "yes"]


@pytest.mark.parametrize(
    ("unit", "options", "expected"),
    [
        ("path", {"replies": "best"}, [WHY]),
        ("path", {"replies": 1}, [WHY]),
        ("path", {"replies": 2}, [WHY, REALLY]),
        ("path", {"replies": 9}, [WHY, REALLY]),
        ("path", {"replies": "all"}, [WHY, REALLY]),
        ("path", {"replies": "best", "paths": "all"}, [WHY]),
        ("pair", {"replies": 2}, [WHY[:2], REALLY[:2]]),
        ("pair", {"replies": "best", "paths": "all"}, [WHY[:2]]),
        ("tree", {"replies": "best"}, [WHY]),
        ("tree", {"replies": 2}, [WHY + REALLY[1:]]),
        ("turn", {"replies": "best"}, [[text] for text in WHY]),
        ("tweet", {"replies": "best"}, [[text] for text in WHY]),
    ],
)
def test_replies_to_the_opening_turn_are_limited_in_every_unit(unit, options, expected):
    (root,), _ = build_trees(BRANCHED)
    units = list(record_units.units(root, unit, settings=ExportSettings(**options)))
    assert [texts(turns) for _, turns in units] == expected
