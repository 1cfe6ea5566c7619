"""The rules of a recipe as controls in the sidebar: thresholds to drag, lists, patterns, switches.

The browser shows only the rules in use and offers the others. It sends the settings of all shown
rules at once, so that no change gets lost when two arrive together. The answer, the new counts,
goes back before any cell of the page runs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import polars as pl
import traitlets
from pydantic import ValidationError

from workbench import selection
from workbench.dashboard.components import widget_files
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.display.css import KEPT, LINE, REMOVED
from workbench.recipe import (
    CATALOGUE,
    Bounds,
    Rule,
    RuleSettings,
    SelectSettings,
    active,
    settings_errors,
)
from workbench.text import sanitize

#: Setting of a rule -> its name in the browser, after the title of the rule.
LABELS = {
    "min": "minimum",
    "max": "maximum",
    "any_of": "one of",
    "all_of": "all of",
    "none_of": "none of",
    "match": "must match",
    "no_match": "must not match",
    "unknown": "keep threads without a value",
}

#: Settings of a flag that was just added.
_SWITCHED_ON = {"require": True}

#: Most characters of a value, and of an error text, in the browser.
LONGEST, LONGEST_ERROR = 60, 300

#: Called with the rules, their verdicts, and whether the change is final, not part of a drag.
OnChange = Callable[[SelectSettings, pl.DataFrame, bool], None]


def titles(rules: Mapping[str, Rule], kind: str | None = None) -> dict[str, str]:
    """Return the name of each rule by its title, for all rules or one kind of rules.

    Args:
        rules: Rules by name, for example `ScoresSession.rules`.
        kind: Kind of rules; all if None.
    """
    return {rule.title: name for name, rule in rules.items() if kind in (None, rule.kind)}


def parts(rule: Rule) -> list[str]:
    """Name the settings of a rule that have a control besides thresholds and switch.

    Examples:
        >>> parts(CATALOGUE["turns"]), parts(CATALOGUE["likes"])
        ([], ['unknown'])
    """
    return [key for key in rule.settings.model_fields if key not in ("min", "max", "require")]


def bounds(chosen: Bounds) -> str:
    """Describe the bounds of a rule in words.

    Examples:
        >>> bounds(Bounds(min=2)), bounds(Bounds())
        ('at least 2', 'any')
    """
    low, high = (None if value is None else f"{value:,.10g}" for value in (chosen.min, chosen.max))
    if low and high:
        return f"{low} to {high}" if low != high else f"exactly {low}"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return "any"


class RuleControls(anywidget.AnyWidget):
    """The controls of all rules in a browser, and the rules that they stand for.

    Args:
        session: Scores to count.
        select: The rules to show at first.
        on_change: Called after somebody has changed a rule.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "grey": REMOVED, "line": LINE}).tag(sync=True)
    rules: Any = traitlets.List().tag(sync=True)
    #: What is shown, sent by the server: `values` by rule. A new `turn` marks a new message.
    shown = traitlets.Dict().tag(sync=True)
    #: What somebody chose, sent by the browser: `values` by rule, `is_final`.
    edit = traitlets.Dict().tag(sync=True)
    #: Axis of each shown rule with bounds, and known values of each shown choice rule.
    axes = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    #: Counts, effects and error texts; a new `turn` marks an answer.
    now = traitlets.Dict().tag(sync=True)

    def __init__(
        self, session: ScoresSession, select: SelectSettings, *, on_change: OnChange
    ) -> None:
        self._session, self._on_change = session, on_change
        self.select = select
        super().__init__(rules=[_described(name, rule) for name, rule in session.rules.items()])
        self.show(select)
        self.observe(self._take_edit, "edit")

    def show(self, select: SelectSettings) -> None:
        """Show other rules, for example after undo."""
        self.select = select
        values = {name: rule.model_dump(mode="json") for name, rule in active(select).items()}
        self._describe(values)
        self.shown = {"turn": self.shown.get("turn", 0) + 1, "values": values}
        self._count(values, {})

    def _take_edit(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Use what the browser sent, which may be anything."""
        values = change["new"].get("values")
        values = values if isinstance(values, dict) else {}
        self.select, errors = settings(values, before=self.select, rules=self._session.rules)
        self._describe(values)
        verdicts = self._count(values, errors)
        self._on_change(self.select, verdicts, bool(change["new"].get("is_final", True)))

    def _describe(self, values: Mapping[str, Any]) -> None:
        """Send what the browser needs of rules that were not shown before."""
        axes, choices = {}, {}
        for name in self._session.rules.keys() & values.keys():
            kind = self._session.rules[name].kind
            if kind == "bounds" and name not in self.axes:
                axis = self._session.axis(name)
                axes[name] = {
                    "edges": axis.edges,
                    "threads": axis.threads[: len(axis.edges)].tolist(),
                    "unknown": int(axis.threads[-1]),
                    "is_whole": axis.is_whole,
                }
            elif kind == "choice" and name not in self.choices:
                counts = self._session.choices(name)
                choices[name] = [
                    [value, sanitize.plain(value, most=LONGEST), count]
                    for value, count in counts.items()
                ]
        if axes:
            self.axes = self.axes | axes
        if choices:
            self.choices = self.choices | choices

    def _count(self, values: Mapping[str, Any], errors: Mapping[str, str]) -> pl.DataFrame:
        """Count again and send one message."""
        verdicts = self._session.verdicts(self.select)
        removes = selection.attribution(verdicts)
        effects = removes.select("rule", "removed_first", "removed_at_all", "removed_only").rows()
        bounds = [name for name in values if name in self.axes]
        self.now = {
            "turn": self.now.get("turn", 0) + 1,
            "kept": {name: self._session.axis(name).kept(verdicts["kept"]) for name in bounds},
            "effects": {rule: counts for rule, *counts in effects},
            "errors": dict(errors),
        }
        return verdicts


def settings(
    values: Mapping[str, Any], *, before: SelectSettings, rules: Mapping[str, Rule] = CATALOGUE
) -> tuple[SelectSettings, dict[str, str]]:
    """Read what a browser sent: the settings of all shown rules.

    Rules that are not shown are off. A rule with settings that are not valid keeps its last ones.

    Args:
        values: Settings by rule; may be anything.
        before: The last valid rules.
        rules: All rules by name, for example `ScoresSession.rules`.

    Returns:
        The rules, and an error text for each rule whose settings are not valid.
    """
    chosen: dict[str, RuleSettings] = {}
    errors: dict[str, str] = {}
    for name, rule in rules.items():
        sent = values.get(name, rule.settings())
        try:
            chosen[name] = _validated(name, sent, rule)
        except ValidationError as error:
            chosen[name] = before.rule(name)
            errors[name] = _explain(error)
    return before.with_rules(chosen), errors


def _validated(name: str, sent: Any, rule: Rule) -> RuleSettings:  # noqa: ANN401 (sent by a browser)
    """Read the settings of one rule. A rule on an own measure has the type of that measure."""
    if name in CATALOGUE:
        return SelectSettings.model_validate({name: sent}).rule(name)
    checked = rule.settings.model_validate(sent)
    return SelectSettings.model_validate({"own": {name: checked}}).rule(name)


def _explain(error: ValidationError) -> str:
    """Return what is wrong with a rule, with the name of the control."""
    item = error.errors()[0]
    names = [LABELS[str(part)] for part in item["loc"][1:] if part in LABELS]
    text = settings_errors.explain(item, model=SelectSettings)
    return sanitize.visible(": ".join([*names[:1], text]))[:LONGEST_ERROR]


def _described(name: str, rule: Rule) -> dict[str, Any]:
    """Return what the browser needs of a rule, whether it is shown or not."""
    return {
        "name": name,
        "title": rule.title,
        "why": rule.why or rule.measure.about,
        "about": rule.tooltip,
        "unit": rule.unit,
        "kind": rule.kind,
        "labels": {key: LABELS[key] for key in rule.settings.model_fields if key in LABELS},
        "start": _SWITCHED_ON if rule.kind == "flag" else rule.settings().model_dump(mode="json"),
    }
