"""ARCHITECTURE.md, the contract of the layers and the tests agree with the package as it is."""

import ast
import re
import tomllib
from pathlib import Path

import workbench
from tests.support.paths import ROOT
from workbench.pipeline import STAGES

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "workbench"

#: Modules that no test file is named after; tests of other modules run them. Shorten this list,
#: never lengthen it.
WITHOUT_TEST_FILE = {
    "dashboard/label/evaluation",
    "dashboard/label/experiment",
    "sample/entities",
    "sample/maker",
    "sample/notices",
    "sample/plan",
    "sample/statuses",
    "sample/stream",
    "sample/users",
    "schemas/columns",
    "schemas/scores",
    "schemas/threads",
    "schemas/tweets",
}


def _words(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_stage_table_is_that_of_the_pipeline():
    rows = [line.strip("| ").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    table = {_words(name)[0]: (_words(reads), _words(writes)) for name, reads, writes, _ in rows}
    assert list(table) == [stage.name for stage in STAGES]
    for stage in STAGES:
        reads, writes = table[stage.name]
        assert reads == stage.needs
        assert writes == stage.makes
    assert all((PACKAGE / _words(package)[0]).is_dir() for *_, package in rows)


def test_layers_on_the_page_are_those_that_are_enforced():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(
        contract["layers"]
        for contract in contracts["contracts"]
        if any("workbench.pipeline" in layer for layer in contract["layers"])
    )
    block = PAGE.split("## Layers")[1].split("```")[1]
    shown = [line for line in block.strip().splitlines() if line != "apps"]
    assert shown == [layer.replace("workbench.", "") for layer in layers]
    names = set(re.findall(r"\w+", block)) - {"apps"}
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert names == packages | {path.stem for path in PACKAGE.glob("[a-z]*.py")}


def test_public_names_exist():
    for name in workbench.__all__:
        assert getattr(workbench, name)


def test_every_package_says_what_it_is_for():
    for path in PACKAGE.rglob("__init__.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring, f"{path.parent.relative_to(ROOT)} has no docstring"


def _has_logic(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)


def test_every_module_has_a_test_file():
    modules = {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in PACKAGE.rglob("[a-z]*.py")
        if _has_logic(path)
    }
    tested = {
        path.relative_to(ROOT / "tests").with_name(path.name.removeprefix("test_")).with_suffix("")
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    missing = modules - {path.as_posix() for path in tested}
    assert missing == WITHOUT_TEST_FILE


#: Modules that read bytes in a way that may run code, and functions that run code.
RISKY_MODULES = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
RISKY_CALLS = {"eval", "exec", "__import__"}
#: Functions and results travel between the driver of a cluster and its own workers.
MAY_UNPICKLE = {"workbench/cluster/wire.py"}
#: The file of code that a person names in a recipe of their own runs in `code.from_file`.
MAY_RUN_CODE = {"workbench/measures/code.py"}


def test_nothing_that_is_read_can_run_code():
    for path in sorted(Path(ROOT, "workbench").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None), *(alias.name for alias in node.names)]
                risky = RISKY_MODULES & {str(each).split(".")[0] for each in names}
                assert not risky or name in MAY_UNPICKLE, name
            if isinstance(node, ast.Call) and name not in MAY_RUN_CODE:
                assert getattr(node.func, "id", "") not in RISKY_CALLS, name
            if isinstance(node, ast.keyword):
                is_risky = node.arg in {"allow_pickle", "trust_remote_code"}
                assert not is_risky or getattr(node.value, "value", None) is False, name
