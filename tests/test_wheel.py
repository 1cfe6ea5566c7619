"""The wheel works in an environment of its own, from any folder."""

import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.support.paths import APPS

pytestmark = pytest.mark.slow

SOURCE = APPS.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A fresh environment with the wheel; its dependencies are those of these tests."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, SOURCE]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    subprocess.run(
        [*PIP, "--python", python, "install", "-q", "--no-deps", "--no-index", wheel], check=True
    )
    packages = next((folder / "env" / "lib").glob("*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "env"


def run(*words, cwd, **variables):
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.run(
        list(map(str, words)),
        check=False,
        cwd=cwd,
        env=kept | variables,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_the_installed_package_is_whole(environment, tmp_path):
    python = environment / "bin" / "python"
    code = "import workbench.cli.dashboards as d; print(d.__file__); print(d.APPS)"
    module, apps = map(Path, run(python, "-c", code, cwd=tmp_path).split())
    assert module.is_relative_to(environment)
    assert apps.is_relative_to(environment)
    wanted = {file.name for file in APPS.iterdir() if file.is_file()}
    assert {file.name for file in apps.iterdir() if file.is_file()} == wanted
    package = module.parents[1]
    for suffix in ("*.js", "*.css", "*.jsonl", "*.json", "*.txt", "py.typed"):
        here = {str(file.relative_to(SOURCE)) for file in (SOURCE / "workbench").rglob(suffix)}
        assert here == {str(file.relative_to(package.parent)) for file in package.rglob(suffix)}


def test_commands_work_from_any_folder(environment, tmp_path):
    version = run(environment / "bin" / "workbench", "--version", cwd=tmp_path)
    assert run(environment / "bin" / "python", "-m", "workbench", "--version", cwd=tmp_path) == (
        version
    )
    run(environment / "bin" / "workbench", "sample", "a.tar", "--lines", 500, cwd=tmp_path)
    output = run(environment / "bin" / "workbench", "ingest", "a.tar", "-w", "w", cwd=tmp_path)
    assert "500 lines of 10 members" in output


def test_the_apps_of_the_wheel_are_served(environment, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [environment / "bin" / "workbench", "apps", "--headless", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    server = subprocess.Popen(
        words, cwd=tmp_path, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        page = _fetch(f"http://127.0.0.1:{port}/?file=home.py", server)
        assert "Home" in page
    finally:
        server.terminate()
        server.wait(10)


def _fetch(address, server):
    for _ in range(300):
        assert server.poll() is None
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not answer")
