"""`make audit`: known vulnerabilities of every pinned package, by pip-audit.

Exits with 0 where there are none, with 1 where there are some, and with 3 where the database could not be asked: then
nothing is known, which is not the same as nothing to fear.
"""

import json
import subprocess
import sys

from tests.support.paths import ROOT

PINNED = ("requirements.txt", "requirements-serving.txt", "requirements-dev.txt", "requirements-pins.txt")
FOUND, UNKNOWN = 1, 3
TIMEOUT_S = 10  # of each question


def main() -> int:
    """Ask, print, and return the exit status."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--no-deps", "--disable-pip", "--timeout", str(TIMEOUT_S)]
    for name in PINNED:
        command += ["--requirement", str(ROOT / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        return _unknown(reason[0])
    skipped = [package for package in packages if "skip_reason" in package]
    if skipped:
        return _unknown(f"{len(skipped)} of {len(packages)} packages: {skipped[0]['skip_reason']}")
    found = [(package, vulnerability) for package in packages for vulnerability in package["vulns"]]
    for package, vulnerability in found:
        fixed = ", ".join(vulnerability["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}")
    print(f"{len(packages)} packages, {len(found)} known vulnerabilities; what stays: pdserving/security/README.md")
    return FOUND if found else 0


def _unknown(reason: str) -> int:
    print(f"not audited, the database of vulnerabilities has no answer: {reason}", file=sys.stderr)
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
