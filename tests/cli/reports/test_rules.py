"""The table of `workbench rules`."""

from workbench.cli.reports import rules as reports


def test_rules_explains_each_setting():
    table = reports.rules()
    names, settings, _ = ([str(cell) for cell in column.cells] for column in table.columns)
    told = {name: text.replace("\\[", "[") for name, text in zip(names, settings, strict=True)}
    flag = "keep only threads where the flag is known to be"
    assert told["completeness"] == f"require = false: {flag} true (`is_complete`)"
    assert told["untruncated"] == f"require = false: {flag} false (`is_truncated`)"
    assert told["insensitive"] == f"require = true: {flag} false (`is_sensitive`)"
    assert told["duplicates"] == f"require = true: {flag} false (`is_duplicate`)"
    assert "max = 0.3: highest value that passes, as a share of words" in told["link_share"]
    assert "min = 2.0: lowest value that passes, in turns" in told["turns"]
