"""Check that importing the package and showing the help load no heavy libraries."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "lancedb", "altair", "marimo", "sentence_transformers"}

#: Code to run -> libraries that it must not load.
CASES = {
    "import workbench": HEAVY | {"polars", "rich", "typer"},
    "import workbench.cli": HEAVY | {"polars", "pydantic", "msgspec", "rich.markdown"},
    "from workbench.cli import main; main()": HEAVY | {"polars", "pydantic", "rich.markdown"},
}

SCRIPT = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv = ["workbench", "--help"]
"""


@pytest.mark.parametrize("code", CASES)
def test_imports_no_heavy_library(code):
    words = [sys.executable, "-c", SCRIPT + code]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert CASES[code] & set(done.stderr.split()) == set()
    assert ("Run the stages:" in done.stdout) == ("main()" in code)
