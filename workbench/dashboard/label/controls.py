"""The controls below the tabs of the page Label; the address of the page keeps their values."""

from collections.abc import Mapping
from typing import Any

import marimo as mo

from workbench import labels
from workbench.dashboard.label import queue
from workbench.dashboard.label.annotator import SCOPES, name_of
from workbench.dashboard.label.kinds import KINDS
from workbench.dashboard.session import query_params

#: Tabs that write labels, which need a name.
NAMED = ("Label", "In bulk", "Agreement")


def choices() -> tuple[mo.ui.dropdown, mo.ui.dropdown, mo.ui.dropdown, mo.ui.text]:
    """Return the controls for what is labelled, the order, the threads, and who labels."""
    name = mo.ui.text(
        name_of(query_params.read("labeller")),
        label="Your name",
        placeholder="or initials",
        max_length=labels.LONGEST_NAME,
        on_change=lambda value: query_params.write(labeller=name_of(value)),
    )
    return (
        _dropdown(KINDS, "what", label="Label"),
        _dropdown(dict.fromkeys(queue.ORDERS), "order", label="Order"),
        _dropdown(dict.fromkeys(SCOPES), "threads", label="Threads"),
        name,
    )


def _dropdown(options: Mapping[str, str | None], parameter: str, *, label: str) -> mo.ui.dropdown:
    """Return a control of which the address keeps the name of the option.

    Args:
        options: Name -> value; None for the name itself.
        parameter: Name in the address.
        label: What stands before the control.
    """
    values = {name: name if value is None else value for name, value in options.items()}
    names = {value: name for name, value in values.items()}
    return mo.ui.dropdown(
        values,
        query_params.choice(parameter, list(values)),
        label=label,
        on_change=lambda value: query_params.write(**{parameter: names[value]}),
    )


def bar(tab: str, **controls: Any) -> mo.Html:  # noqa: ANN401 (controls of any kind)
    """Show the controls that matter for a tab.

    Args:
        tab: Name of the open tab.
        controls: `name`, `labelled`, `order` and `which`, see `choices`.
    """
    shown = {
        "Label": ["name", "labelled", "order", "which"],
        "In bulk": ["name", "labelled", "which"],
    }
    names = shown.get(tab, ["name", "labelled"] if tab in NAMED else ["labelled"])
    return mo.hstack(
        [controls[name] for name in names], justify="start", align="center", wrap=True, gap=1
    )
