"""Links between the apps."""

import re
from urllib.parse import parse_qs, urlsplit

from workbench.dashboard.components import navigation
from workbench.dashboard.session import recipe_url
from workbench.recipe import Recipe


def test_links_carry_the_filter_to_the_other_apps():
    recipe = Recipe.from_toml("[select.pattern]\nmatch = '<b>&\"'")
    links = re.findall(r'href="([^"]+)"', navigation.filter_links(recipe).text)
    assert len(links) == 3
    for address in links:
        asked = parse_qs(urlsplit(address).query)
        assert asked["kind"] == ["Kept"]
        assert recipe_url.from_query(asked["recipe"][0], recipe=Recipe()) == recipe
