"""No tab of a page has a serious or critical fault of accessibility, in light or in dark."""

import pytest
from playwright.sync_api import expect

from tests.support import axe, fakes
from tests.support import browser as browsers
from workbench.dashboard.components.navigation import PLACES


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = fakes.workspace(tmp_path_factory.mktemp("axe") / "ws", threads=60)
    fakes.embed(made)
    return made


site = browsers.site("")


@pytest.mark.browser
@pytest.mark.parametrize("file", list(PLACES))
def test_axe_finds_no_serious_fault_in_any_tab(site, chromium, file):
    axe.script()
    shown, _ = browsers.open_page(chromium, f"{site}/?file={file}&labeller=ann", until=["h1"])
    browsers.wait_until_still(shown, seconds=1)
    faults = axe.faults(shown)
    for tab in shown.get_by_role("tab").all()[1:]:
        tab.click()
        browsers.wait_until_still(shown, seconds=0.5)
        faults += axe.faults(shown)
    shown.emulate_media(color_scheme="dark")
    expect(shown.locator("body")).to_have_attribute("data-theme", "dark")
    browsers.wait_until_still(shown, seconds=0.5)
    faults += axe.faults(shown)
    shown.close()
    assert not faults, "\n".join(faults)
