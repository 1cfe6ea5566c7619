"""Check the accessibility of a page with axe-core, which npm downloads once."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

#: The pinned version, and the hash that the registry of npm publishes for its package.
VERSION = "4.10.3"
SHA512 = "Xm7bpRXnDSX2YE2YFfBk2FnF0ep6tmG7xPh8iHee8MIcrgq762Nkce856dYtJYLkuIoYZvGfTs/PbZhideTcEg=="

#: Grades of a fault that fail a test.
GRAVE = ("serious", "critical")

#: Variable with the folder that keeps the package between runs, see `tests/conftest.py`.
FOLDER = "WORKBENCH_TEST_DOWNLOADS"

#: Returns the faults of a page: rule, grade, help, and what is wrong with the first elements.
_RUN = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help, count: nodes.length,
    nodes: nodes.slice(0, 4).map(({ html, any, all, none }) =>
      `${html.slice(0, 160)}: ${[...any, ...all, ...none][0]?.message ?? ""}`),
  }));
}
"""


@cache
def script() -> str:
    """Return the text of axe-core, or skip the test if it cannot be downloaded.

    Raises:
        AssertionError: If the package has another hash.
    """
    package = Path(os.environ[FOLDER]) / f"axe-core-{VERSION}.tgz"
    if not package.exists():
        _download(package)
    digest = hashlib.sha512(package.read_bytes()).digest()
    if base64.b64encode(digest).decode() != SHA512:
        package.unlink()
        pytest.fail(f"axe-core {VERSION} has another hash than the one pinned here")
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def faults(page: Page) -> list[str]:
    """List the serious and critical faults of a page as it is now, one text each."""
    page.evaluate(script())
    return [
        f"{fault['impact']}: {fault['id']} ({fault['help']}), {fault['count']} times\n  "
        + "\n  ".join(fault["nodes"])
        for fault in page.evaluate(_RUN)
        if fault["impact"] in GRAVE
    ]


def _download(package: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm to download axe-core")
    package.parent.mkdir(parents=True, exist_ok=True)
    words = [npm, "pack", f"axe-core@{VERSION}", "--ignore-scripts", "--silent"]
    try:
        subprocess.run(
            words, cwd=package.parent, check=True, capture_output=True, text=True, timeout=60
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot download axe-core: {error}")
