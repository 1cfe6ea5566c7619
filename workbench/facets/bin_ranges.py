"""Write the selected bins of facets as a short text for an address, and read them again."""

import json
from collections.abc import Sequence
from typing import Any

from workbench.facets.crossfilter import Chosen

#: Maximum number of bins of a facet.
MOST = 256


def from_text(text: str) -> dict[str, list[int]]:
    """Read the selection of an address, which can be anything; what is damaged is skipped.

    Examples:
        >>> from_text('{"turns":[[0,2],5]}'), from_text("[")
        ({'turns': [0, 1, 2, 5]}, {})
    """
    try:
        chosen = json.loads(text or "null")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(chosen, dict):
        return {}
    return {name: _slots(runs) for name, runs in chosen.items() if isinstance(runs, list)}


def to_text(bins: Chosen) -> str:
    """Write a selection for an address, neighbouring bins as one range.

    Examples:
        >>> to_text({"turns": [0, 1, 2, 5]}), to_text({})
        ('{"turns":[[0,2],5]}', '')
    """
    if not bins:
        return ""
    return json.dumps({name: _runs(slots) for name, slots in bins.items()}, separators=(",", ":"))


def _runs(slots: Sequence[int]) -> list[int | list[int]]:
    runs: list[list[int]] = []
    for slot in sorted(slots):
        if runs and slot == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], slot]
        else:
            runs.append([slot])
    return [run if len(run) > 1 else run[0] for run in runs]


def _slots(runs: Sequence[object]) -> list[int]:
    """Return the bins of some ranges; anything else is skipped."""
    slots: list[int] = []
    for run in runs:
        ends: list[Any] = run if isinstance(run, list) else [run, run]
        if len(ends) == 2 and all(type(end) is int and 0 <= end < MOST for end in ends):
            slots += range(ends[0], ends[1] + 1)
    return slots
