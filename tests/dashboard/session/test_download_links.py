"""Addresses of the files of exports."""

import pytest

from workbench.dashboard.session import download_links


@pytest.mark.parametrize(("name", "file"), [("first", "a.jsonl"), ("a b", "ü?.txt")])
def test_links_are_known_below_any_address(name, file):
    link = download_links.link(name, file)
    assert download_links.is_link(f"/{link}")
    assert download_links.is_link(f"/base/{link}")
    assert not {" ", "?"} & set(link)


@pytest.mark.parametrize("path", ["/", "/export-files", "/export-files/first", "/x/first/a.jsonl"])
def test_other_addresses_are_not(path):
    assert not download_links.is_link(path)
