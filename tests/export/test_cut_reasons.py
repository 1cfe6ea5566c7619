"""The words for the reasons of cuts."""

import re
from pathlib import Path

from workbench import export
from workbench.export.cut_reasons import REASONS, by_frequency

SOURCES = Path(export.__file__).parent.glob("*.py")


def test_every_reason_that_the_code_counts_has_words():
    counted = re.compile(
        r'cuts\["(\w+)"\]|return "(\w+)"$|"(below_the\w+|not_rated|dropped_by\w+)"', re.MULTILINE
    )
    texts = [path.read_text() for path in SOURCES if path.stem != "cut_reasons"]
    reasons = {name for text in texts for match in counted.findall(text) for name in match if name}
    assert {reason for reason in reasons if "_" in reason or reason == "unanswered"} == set(REASONS)


def test_unknown_reasons_of_other_versions_are_listed_without_words():
    rows = by_frequency({"too_old": 3, "not_placed": 3, "too_deep": 5})
    assert [(reason, count) for reason, count, _ in rows] == [
        ("too_deep", 5),
        ("not_placed", 3),
        ("too_old", 3),
    ]
    assert rows[2][2] == ""
