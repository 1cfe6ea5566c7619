"""Random settings of all rules."""

from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.dashboard.components import rule_controls
from workbench.recipe import CATALOGUE, SelectSettings
from workbench.schemas import Scores

shares = st.none() | st.integers(0, 100).map(lambda n: n / 100)


numbers = st.none() | st.integers(0, 1000).map(lambda n: n / 100) | st.integers(-3, 10**6)


@st.composite
def selections(draw):
    rules = {}
    for name, rule in CATALOGUE.items():
        if rule.kind == "bounds":
            bounds = shares if getattr(Scores.columns()[rule.column], "max", None) else numbers
            low, high = sorted([draw(bounds), draw(bounds)], key=lambda n: (n is None, n or 0))
            unknown = st.sampled_from(["keep", "remove"])
            rest = {key: draw(unknown) for key in rule_controls.parts(rule)}
            rules[name] = {"min": low, "max": high} | rest
        elif rule.kind == "flag":
            rules[name] = {"require": draw(st.booleans())}
        elif rule.kind == "words":
            words = st.lists(st.sampled_from(["how to", "now, then", "c++", "bake*"]), unique=True)
            rules[name] = _dealt(draw(words), rule)
        elif rule.kind == "pattern":
            patterns = st.sampled_from(["", r"^how\b", r"\?$"])
            rules[name] = {"match": draw(patterns), "no_match": draw(patterns)}
        else:
            values = st.lists(st.sampled_from(["en", "ja", "help", "xx"]), unique=True)
            rules[name] = _dealt(draw(values), rule)
    try:
        return SelectSettings.model_validate(rules)
    except ValidationError:
        return SelectSettings()


def _dealt(values, rule):
    """Give each value to one of the settings of a rule: what is asked for cannot be refused."""
    keys = rule_controls.parts(rule)
    return {key: values[place :: len(keys)] for place, key in enumerate(keys)}
