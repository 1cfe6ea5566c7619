"""Look up known vulnerabilities of all pinned dependencies; say so if the database is out of reach.

Usage: `python .ci/audit.py UV`, or `make audit`. `uv` runs pip-audit in an environment of its own.
Exits with 1 if there is a vulnerability; with 0 if there is none or nothing could be looked up.
"""

import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).with_name("constraints.txt")

#: Longest time that the audit may take, in seconds.
PATIENCE = 90

OPTIONS = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")


def audited(uv: str) -> str:
    """Run pip-audit and return its JSON; empty if it cannot be installed or the network fails."""
    words = [uv, "tool", "run", "pip-audit", "-r", str(CONSTRAINTS), *OPTIONS]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def summary(report: str) -> tuple[str, bool]:
    """Say what a report of pip-audit says, and whether there is a vulnerability."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    known = [package for package in packages if "vulns" in package]
    if not known:
        return "audit: no database of vulnerabilities can be reached, nothing was checked", False
    lines = [
        f"audit: {package['name']} {package['version']}: {vulnerability['id']}, fixed in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for package in known
        for vulnerability in package["vulns"]
    ]
    skipped = len(packages) - len(known)
    total = f"audit: {len(known)} packages checked, {skipped} not in the database"
    return "\n".join([*lines, f"{total}, {len(lines)} vulnerabilities"]), bool(lines)


def main() -> None:
    """Audit, and print the result."""
    text, is_vulnerable = summary(audited(sys.argv[1]))
    print(text)
    sys.exit(is_vulnerable)


if __name__ == "__main__":
    main()
