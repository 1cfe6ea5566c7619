"""The controls of the page Label: only those that matter for a tab are shown."""

import pytest

from workbench.dashboard.label import controls
from workbench.dashboard.session import query_params


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ("Label", ["Your name", "Label", "Order", "Threads"]),
        ("In bulk", ["Your name", "Label", "Threads"]),
        ("Agreement", ["Your name", "Label"]),
        ("Evaluation", ["Label"]),
    ],
)
def test_bar_shows_what_matters_for_a_tab(tab, shown, monkeypatch):
    monkeypatch.setattr(query_params, "read", lambda _name: "")
    labelled, order, which, name = controls.choices()
    assert (labelled.value, order.value, name.value) == ("prompt_classifier", "Most useful", "")
    by_label = {"Your name": name, "Label": labelled, "Order": order, "Threads": which}
    bar = controls.bar(tab, labelled=labelled, order=order, which=which, name=name).text
    assert [label for label, control in by_label.items() if control.text in bar] == shown
