"""The audit of the dependencies says what it found, and that it found no database."""

import importlib.util
import json

import pytest

from tests.support.paths import ROOT

_spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)

SKIPPED = {"name": "torch", "skip_reason": "Dependency not found on PyPI"}
SOUND = {"name": "numpy", "version": "2.4.0", "vulns": []}
FAULTY = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize("text", ["", "Traceback", "{}", report(), report(SKIPPED)])
def test_without_a_database_nothing_was_checked(text):
    assert audit.summary(text) == (
        "audit: no database of vulnerabilities can be reached, nothing was checked",
        False,
    )


def test_each_vulnerability_has_a_line():
    text, is_vulnerable = audit.summary(report(SOUND, FAULTY, SKIPPED))
    assert is_vulnerable
    assert text.splitlines() == [
        "audit: pillow 1.0: PYSEC-1, fixed in 1.1",
        "audit: pillow 1.0: PYSEC-2, fixed in no version yet",
        "audit: 2 packages checked, 1 not in the database, 2 vulnerabilities",
    ]
    assert audit.summary(report(SOUND))[1] is False


def test_a_missing_program_is_no_failure():
    assert audit.audited("/no/such/uv") == ""
