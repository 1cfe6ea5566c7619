"""The table of `workbench rules`."""

from workbench.cli.reports import rules as reports


def test_rules_explains_each_setting():
    table = reports.rules()
    names, settings, _ = ([str(cell) for cell in column.cells] for column in table.columns)
    texts = {name: text.replace("\\[", "[") for name, text in zip(names, settings, strict=True)}
    flag = "keep only threads with this flag known to be"
    assert texts["completeness"] == f"require = false: {flag} true (`is_complete`)"
    assert texts["untruncated"] == f"require = false: {flag} false (`is_truncated`)"
    assert texts["insensitive"] == f"require = true: {flag} false (`is_sensitive`)"
    assert texts["duplicates"] == f"require = true: {flag} false (`is_duplicate`)"
    assert "max = 0.3: highest value that passes, as a share of words" in texts["link_share"]
    assert "min = 2.0: lowest value that passes, in turns" in texts["turns"]
