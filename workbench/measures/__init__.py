"""Measures of one's own: files of scores, and Python functions.

`decorators` has `@scorer` and `@rule`, which mark functions as measures. `code` loads the files and
packages that a recipe names under `[score] code`. `score_files` reads files of scores. `store`
keeps both in the folder `measures` of a workspace. `columns` adds the measures to the scores, one
column each. From then on they are columns like the built-in ones, with a rule of their own.

No other part of the program runs such code: a recipe or an address alone cannot make it run.
"""

from workbench.measures.columns import add
from workbench.measures.decorators import RuleExpression, Scorer, rule, scorer

__all__ = ["RuleExpression", "Scorer", "add", "rule", "scorer"]
