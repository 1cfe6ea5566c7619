"""Every table of a recipe refuses unknown keys and cannot change."""

import pytest
from pydantic import ValidationError

from workbench.recipe import Recipe
from workbench.recipe.section import Section

SECTIONS = [Recipe, *(field.annotation for field in Recipe.model_fields.values())]


@pytest.mark.parametrize("section", SECTIONS)
def test_unknown_keys_are_refused(section):
    assert issubclass(section, Section)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        section(no_such_key=1)


@pytest.mark.parametrize("section", SECTIONS)
def test_settings_cannot_change(section):
    settings = section()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings, next(iter(section.model_fields)), None)
