"""Call the command line as a user would, without a process of its own."""

from typer.testing import CliRunner

from workbench.cli import app

#: A recipe that needs no model.
FAST_RECIPE = """
[embed]
model = "hashing"
[select.similarity]
min = 0.2
"""


def call(*args):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output
