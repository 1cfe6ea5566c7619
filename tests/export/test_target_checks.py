"""Formats that cannot express what a recipe asks for are refused with what to do instead."""

import pytest

from workbench.exceptions import ExportError
from workbench.export import formats, target_checks
from workbench.recipe import ExportSettings


@pytest.mark.parametrize(
    ("names", "options", "problem"),
    [
        (["messages", "kto", "oasst"], {"paths": "tree"}, "does not work with messages, kto"),
        (["preference"], {"roles": "first_reply"}, "leaves one reply to a prompt"),
    ],
)
def test_formats_that_cannot_express_a_recipe_are_refused(names, options, problem):
    targets, settings = [formats.by_name(name) for name in names], ExportSettings(**options)
    with pytest.raises(ExportError, match=problem):
        target_checks.check(targets, settings, is_rated=True)
    assert not target_checks.can_express(targets[0], settings)
    target_checks.check(targets, ExportSettings(), is_rated=True)


@pytest.mark.parametrize("name", ["preference", "kto"])
def test_formats_of_rated_replies_need_ratings(name):
    with pytest.raises(ExportError, match=f"{name} needs rated replies"):
        target_checks.check([formats.by_name(name)], ExportSettings(), is_rated=False)
