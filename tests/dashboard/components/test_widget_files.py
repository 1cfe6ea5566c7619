"""Scripts and styles of widgets."""

from workbench.dashboard.components import rule_controls, widget_files
from workbench.dashboard.search import scatter


def test_a_script_has_what_all_widgets_share_once_and_its_parts_in_order():
    script = widget_files.script(scatter.__file__, "scatter_drawing.js")
    assert script.count("function make(") == 1
    assert script.index("function make(") < script.index("function makeView(")
    assert script.index("function makeView(") < script.index("export default")


def test_a_style_is_the_file_beside_the_module():
    assert ".wb-rules" in widget_files.style(rule_controls.__file__)
