"""Dumps stay below the allowed roots, whatever a person types."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.dashboard.session import allowed_files
from workbench.exceptions import ArchiveError, WorkbenchError, WorkspaceError
from workbench.storage import Workspace


def names(paths, root):
    return [str(path.relative_to(root)) for path in paths]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a.tar", ["a.tar"]),
        ("  a.tar  ", ["a.tar"]),
        ("july/../a.tar", ["a.tar"]),
        ("july", ["july"]),
        (".", ["."]),
        ("in/03", ["july/03"]),
        ("[ab].tar", ["a.tar", "b.tar"]),
        ("july/**/*.bz2", ["july/03/00.json.bz2"]),
        ("july/[x].json", ["july/[x].json"]),
        ("", []),
    ],
)
def test_dumps_resolves_paths_and_globs_below_the_root(root, typed, expected):
    assert names(allowed_files.dumps([typed], roots=[root]), root) == expected
    absolute = str(root / typed.strip()) if typed else typed
    assert names(allowed_files.dumps([absolute], roots=[root]), root) == expected


def test_dumps_keeps_the_order_and_drops_repetitions(root):
    paths = allowed_files.dumps(["b.tar", "*.tar.none", "[ab].tar"][::2], roots=[root])
    assert names(paths, root) == ["b.tar", "a.tar"]


@pytest.mark.parametrize(
    "typed",
    [
        "/etc/passwd",
        "/",
        "..",
        "../secret/key.tar",
        "july/../../secret/key.tar",
        "out",
        "out/key.tar",
        "out/../secret/key.tar",
        "key.tar",
        "*.tar",  # one of them is a link that leads outside
        "out/*.tar",
        "../*/key.tar",
        "/et[c]/passwd",
        "*/../../secret/*.tar",
        "~/x",
        "~root/.ssh",
        "~nobody-at-all/x",
        "a\0.tar",
        "\0",
        "loop",
        "loop/x",
        "x" * 5000,
        "\ud800",
    ],
)
def test_dumps_refuses_paths_outside_the_root(root, typed):
    with pytest.raises(WorkspaceError):
        allowed_files.dumps([typed], roots=[root])


@pytest.mark.parametrize("typed", ["none.tar", "none/*.tar", "*.none", "pipe", "**x", "[", "*\0*"])
def test_dumps_refuses_names_without_a_dump(root, typed):
    with pytest.raises(ArchiveError):
        allowed_files.dumps([typed], roots=[root])


def test_dumps_does_not_reveal_which_outside_paths_exist(place, root):
    messages = []
    for name in ["secret/key.tar", "secret/nil.tar"]:
        with pytest.raises(WorkspaceError) as error:
            allowed_files.dumps([str(place / name)], roots=[root])
        messages.append(str(error.value).replace(name, ""))
    assert messages[0] == messages[1]


@given(st.text(alphabet="./*?[]~\0ab", max_size=12) | st.text(max_size=8))
@example("in/../../secret/key.tar")
@example("*/*/key.tar")
def test_dumps_never_leaves_the_root(root, typed):
    try:
        paths = allowed_files.dumps([typed], roots=[root])
    except WorkbenchError:
        return
    assert all(path == root or root in path.parents for path in paths)
    assert all(path == path.resolve() for path in paths)


def test_dumps_refuses_a_glob_with_too_many_matches(root, monkeypatch):
    monkeypatch.setattr(allowed_files, "MOST", 1)
    with pytest.raises(ArchiveError, match="more than 1 files"):
        allowed_files.dumps(["[ab].tar"], roots=[root])


def test_dumps_looks_for_relative_paths_in_each_root(place, root):
    both = [root, place / "secret"]
    assert allowed_files.dumps(["a.tar"], roots=both) == [root / "a.tar"]
    # The link of this name in the first root leads into the second, which is allowed here.
    assert allowed_files.dumps(["key.tar"], roots=both) == [place / "secret" / "key.tar"]
    assert allowed_files.dumps(["../secret/*.tar"], roots=both) == [place / "secret" / "key.tar"]


def test_dumps_refuses_the_workspace_and_its_tables(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    for name in ["0_sample", "1_tweets", "private"]:
        (workspace.root / name).mkdir()
    roots = [tmp_path]
    for name in ["ws", "ws/1_tweets", "ws/private", "ws/workspace.json", "."]:
        with pytest.raises(ArchiveError, match="workspace"):
            allowed_files.dumps([name], roots=roots, workspace=workspace)
    paths = allowed_files.dumps(["ws/0_sample"], roots=roots, workspace=workspace)
    assert paths == [workspace.root.resolve() / "0_sample"]


def test_relative_paths_do_not_start_in_the_folder_of_uploads(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    (tmp_path / "ws" / allowed_files.UPLOADS).mkdir()
    upload = tmp_path / "ws" / allowed_files.UPLOADS / "sent.tar"
    upload.touch()
    assert allowed_files.dumps([upload], roots=[tmp_path], workspace=workspace) == [upload]
    for typed in ("../outside", "../out*"):
        with pytest.raises(WorkspaceError, match="is not below"):
            allowed_files.dumps([typed], roots=[tmp_path], workspace=workspace)


def test_choose_returns_selected_and_typed_dumps_or_an_error(root):
    picked = [str(root / "a.tar")]
    assert allowed_files.choose(picked, "b.tar\n\n", roots=[root])[0] == [
        root / "a.tar",
        root / "b.tar",
    ]
    paths, problem = allowed_files.choose(picked, "../x", roots=[root])
    assert paths == []
    assert "is not below" in problem


def test_roots_come_from_the_command_line_or_the_environment(root, place, monkeypatch):
    monkeypatch.delenv(allowed_files.VARIABLE, raising=False)
    monkeypatch.chdir(place)
    assert allowed_files.roots({}) == [place]
    assert allowed_files.roots({}, workspace=place / "none") == [place]
    assert allowed_files.roots({"root": str(root)}) == [root]
    assert allowed_files.roots({"root": ["root", "secret"]}) == [root, place / "secret"]
    assert allowed_files.roots({"root": ["root/july", "root"]}) == [root]
    (place / "2019").mkdir(exist_ok=True)
    assert allowed_files.roots({"root": 2019}) == [place / "2019"]
    monkeypatch.setenv(allowed_files.VARIABLE, f"{root}{os.pathsep}{place / 'secret'}")
    assert allowed_files.roots({}) == [root, place / "secret"]
    with pytest.raises(WorkspaceError, match="not a folder"):
        allowed_files.roots({"root": "none"})
    assert allowed_files.allowed({"root": "none"})[0] == []
