"""Say in the data card what else than the built-in rules selected the threads."""

from typing import Any

from workbench.export.manifest import Manifest

#: Count of `Manifest.by_hand` -> what it counts.
_BY_HAND = {
    "threads_kept": "kept threads, whatever the rules say",
    "threads_dropped": "dropped threads",
    "turns_kept": "kept turns, whatever their probability of an answer",
    "turns_dropped": "dropped turns, with what answers them",
}

_MADE_BY = {"file": "file of scores", "scorer": "function", "rule": "expression"}


def of(manifest: Manifest) -> list[str]:
    """Return lines on departures from the recipe, decisions by hand and own measures."""
    return [*_departures(manifest), *_by_hand(manifest), *_measures(manifest)]


def _departures(manifest: Manifest) -> list[str]:
    if not manifest.departures:
        return []
    items = [f"- {sentence}" for sentence in manifest.departures]
    return ["The kept threads do not follow from the recipe:\n", *items, ""]


def _by_hand(manifest: Manifest) -> list[str]:
    if not manifest.by_hand:
        return []
    items = [f"- {_BY_HAND[name]}: {count:,}" for name, count in manifest.by_hand.items()]
    return ["Decided by hand:\n", *items, ""]


def _measures(manifest: Manifest) -> list[str]:
    """Return a table of the measures that the makers of the export added to the scores."""
    measures: list[dict[str, Any]] = manifest.provenance.get("measures", [])
    if not measures:
        return []
    head = ["| own measure | made by | SHA-256 | meaning |", "|---|---|---|---|"]
    rows = [
        f"| `{own['name']}` | {_MADE_BY.get(own['made_by'], 'unknown')} {_plain(own['origin'])} | "
        f"`{own['sha256'][:16]}` | {_plain(own['about'])} |"
        for own in measures
    ]
    return [*head, *rows, ""]


def _plain(text: str) -> str:
    """Return a text that cannot end the cell of a table or its row."""
    return " ".join(text.split()).replace("|", "\\|")
