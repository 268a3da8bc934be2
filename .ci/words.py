"""Look for words that no tracked file may carry: addresses of package indexes, paths of one machine, secrets.

Prints every find as `file:line: what`; exits 1 where there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 5_000_000  # bytes; larger files are data and are not read


def joined(*parts: str) -> str:
    """A word that this file may not carry either, put together."""
    return re.escape("".join(parts))


MACHINE = ("work", "root", "farm")  # folders at the top that only one machine has

FORBIDDEN = {
    "address of a package index": "|".join(
        (
            joined("pypi", ".org"),
            joined("python", "hosted.org"),
            joined("registry.", "npmjs"),
            joined("registry.", "yarnpkg"),
            joined("deb.", "debian.org"),
            joined("archive.", "ubuntu.com"),
            joined("files", ".pythonhosted"),
            joined("hugging", "face.co/"),
            r"--(?:extra-)?" + joined("index", "-url") + r"[= ]\S",
            r"--" + joined("find", "-links") + r"[= ]\S",
        )
    ),
    "path of one machine": r"(?<![\w.$}/-])(?:" + "|".join(joined("/", name, "/") for name in MACHINE) + r")[\w.]",
    "private key": joined("-----BEGIN ", "PRIVATE KEY"),
}
PATTERN = re.compile("|".join(f"(?P<f{number}>{words})" for number, words in enumerate(FORBIDDEN.values())))


def tracked() -> list[Path]:
    """Every file under version control; outside a clone, every file but hidden folders' own."""
    answer = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],  # noqa: S607 - git of the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        return [
            path for path in ROOT.rglob("*") if path.is_file() and not set(path.parts) & {".venv", ".git", ".gatehouse"}
        ]
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def finds(path: Path) -> list[str]:
    """Each forbidden word in one file."""
    content = path.read_bytes() if path.stat().st_size <= LARGEST else b"\0"
    if b"\0" in content[:8192]:
        return []
    kinds = list(FORBIDDEN)
    return [
        f"{path.relative_to(ROOT)}:{number}: {kinds[int((match.lastgroup or 'f0')[1:])]}: {match[0]}"
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1)
        for match in PATTERN.finditer(line)
    ]


def main() -> int:
    """Look through all files; the answer is the exit code."""
    found = [find for path in tracked() for find in finds(path)]
    print("\n".join(found) if found else "No forbidden word in any tracked file.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
