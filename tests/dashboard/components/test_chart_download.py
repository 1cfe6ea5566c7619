"""Downloads of a chart, and no other way to download one."""

import re

import polars as pl

from tests.support.paths import APPS
from workbench.dashboard.components import chart_download


def test_the_caption_is_beside_each_row():
    rows = pl.DataFrame({"day": ["2019-07-03"], "share": [0.5]})
    table = chart_download.table(rows, caption="Of 2 replies, 1.")
    assert table == 'day,share,caption\n2019-07-03,0.5,"Of 2 replies, 1."\n'


def test_no_page_offers_a_download_without_a_caption():
    """Charts and lists are saved by `chart_files` and `chart_download`; nothing else saves them."""
    sources = {
        path: path.read_text(encoding="utf-8")
        for folder in (APPS, APPS.parent / "workbench" / "dashboard")
        for path in folder.rglob("*.py")
    }
    saving = {path.stem for path, text in sources.items() if "mo.download(" in text}
    # Recipes and the files of an export are no charts or lists.
    assert saving <= {"chart_download", "export_job", "curate_export"} | {"recipe_menu"}
    for path, text in sources.items():
        for call in re.findall(r"mo\.ui\.table\(.*?\n    \)", text, flags=re.DOTALL):
            assert "show_download=False" in call, path
