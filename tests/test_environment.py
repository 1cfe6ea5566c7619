"""Whether the process is the kernel of a notebook."""

import IPython

from workbench import environment


def test_only_a_shell_with_a_kernel_is_a_notebook(monkeypatch):
    assert not environment.is_notebook()
    for shell, expected in ((object(), False), (type("Shell", (), {"kernel": 1})(), True)):
        monkeypatch.setattr(IPython, "get_ipython", lambda shell=shell: shell)
        assert environment.is_notebook() == expected
