"""What the data card says of decisions by hand and own measures."""

from tests.support.exports_by_hand import recipe, write_export
from workbench.export import selection_notes


def test_card_lists_decisions_and_measures(turns, tmp_path):
    described = write_export(turns, tmp_path / "pack", recipe=recipe("messages"))
    own = {"name": "mood", "made_by": "scorer", "origin": "mood.py", "sha256": "ab" * 32}
    described.provenance["measures"] = [own | {"about": "One | two\nlines."}]
    described.by_hand = {"threads_kept": 2}
    described.departures = []
    text = "\n".join(selection_notes.of(described))
    assert "- kept threads, whatever the rules say: 2" in text
    assert r"| `mood` | function mood.py | `abababababababab` | One \| two lines. |" in text
    assert "do not follow" not in text
