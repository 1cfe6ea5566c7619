"""Check that the scores have the columns that the rules on own measures need."""

from collections.abc import Mapping

import polars as pl

from workbench.exceptions import StageError
from workbench.recipe import PASSES, RuleSettings, SelectSettings
from workbench.recipe.own_rules import SETTINGS_OF
from workbench.schemas.own_measures import kind_of

#: Kind of an own measure -> what its values are.
_VALUES = {
    "count": "whole numbers",
    "score": "numbers",
    "flag": "true or false",
    "text": "texts",
}


def check(columns: Mapping[str, pl.DataType], *, settings: SelectSettings) -> None:
    """Check that the scores have what the active rules on own measures need.

    Args:
        columns: Column of the scores -> type.
        settings: The rules.

    Raises:
        StageError: If a column is missing, does not fit its rule, or is a mask that no rule made.
    """
    for name, rule in settings.own.items():
        if rule.is_active:
            _check_own_rule(name, rule, columns)
    if strays := [name for name in columns if name.startswith(PASSES)]:
        msg = f"The scores have a column `{strays[0]}`, but masks are made from the recipe."
        own = strays[0].removeprefix(PASSES)
        hint = f"name the column `{own}` and set `require = true` under [select.own.{own}]."
        raise StageError(msg, hint=hint)


def _check_own_rule(name: str, rule: RuleSettings, columns: Mapping[str, pl.DataType]) -> None:
    if name not in columns:
        msg = f"The scores have no measure `{name}`, which [select.own.{name}] of the recipe needs."
        hint = "`workbench scores list` shows the measures of a workspace. "
        hint += "`workbench scores add FILE` adds some, and `workbench run` computes them."
        raise StageError(msg, hint=hint)
    kind = kind_of(columns[name])
    fitting = SETTINGS_OF[kind] if kind else None
    if fitting is None or not isinstance(rule, fitting):
        keys = ", ".join(f"`{key}`" for key in fitting.model_fields) if fitting else "no rule"
        msg = f"[select.own.{name}] does not fit the measure `{name}`, whose values are "
        msg += f"{_VALUES.get(kind or '', str(columns[name]))}."
        raise StageError(msg, hint=f"such values allow {keys}.")
