"""Build the documentation site from the pages, the package and the notebooks.

python -m docs.build [--no-execute] [FOLDER]

Nothing is fetched: it works without a network, and so does the site.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import tomli_w

from docs import notebooks
from docs.reference import PAGES

ROOT = Path(__file__).parents[1]

#: Pages whose home is the top of the repository.
TOP_PAGES = ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")


def assemble(folder: Path, *, execute: bool) -> Path:
    """Write the configuration and every page of the site.

    Args:
        folder: Where to write them; replaced.
        execute: Run the notebooks to show their results.

    Returns:
        The configuration.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "pages"
    shutil.copytree(ROOT / "docs" / "pages", pages)
    for name in TOP_PAGES:
        shutil.copy(ROOT / name, pages / name.lower())
    (pages / "reference").mkdir()
    for name, page in PAGES.items():
        (pages / "reference" / name).write_text(page(), encoding="utf-8")
    entries = notebooks.write_pages(ROOT / "notebooks", pages / "notebooks", execute=execute)
    config = tomllib.loads((ROOT / "docs" / "zensical.toml").read_text(encoding="utf-8"))
    next(part["Notebooks"] for part in config["project"]["nav"] if "Notebooks" in part).extend(
        entries
    )
    path = folder / "zensical.toml"
    path.write_text(tomli_w.dumps(config), encoding="utf-8")
    return path


def missing_pictures(pages: Path) -> list[str]:
    """Return `page: picture` for every local picture that a page shows and that is missing.

    zensical checks links to pages and headings, but no pictures.
    """
    shown = re.compile(r"!\[[^\]]*\]\(([^)\s]+)|(?:src|srcset)=\"([^\"]+)\"")
    return [
        f"{page.relative_to(pages)}: {picture}"
        for page in sorted(pages.rglob("*.md"))
        for picture in ("".join(names) for names in shown.findall(page.read_text("utf-8")))
        if ":" not in picture and not (page.parent / picture).is_file()
    ]


def external_links(pages: Path) -> list[str]:
    """Return every address that a page links to, sorted; nobody fetches them here."""
    link = re.compile(r"\]\((https?://[^)\s]+)\)")
    return sorted(
        {url for page in pages.rglob("*.md") for url in link.findall(page.read_text("utf-8"))}
    )


def main() -> None:
    """Build the site; exits with 1 if a link or a picture leads nowhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "docs")
    parser.add_argument("--no-execute", dest="execute", action="store_false")
    options = parser.parse_args()
    config = assemble(options.folder, execute=options.execute)
    if missing := missing_pictures(config.parent / "pages"):
        sys.exit("\n".join(["These pictures are missing:", *missing]))
    command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(config)]
    # In color, zensical puts a code around every character of the line that it shows.
    if code := subprocess.run(command, check=False, env=os.environ | {"NO_COLOR": "1"}).returncode:
        sys.exit(code)
    links = options.folder / "external-links.txt"
    links.write_text("\n".join(external_links(config.parent / "pages")) + "\n", encoding="utf-8")
    print(f"Links to other sites are listed in {links}; check them now and then.")
    site = options.folder / "site"
    print(f"Serve it with `python -m http.server --bind 127.0.0.1 -d {site}`.")


if __name__ == "__main__":
    main()
