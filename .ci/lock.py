"""Write the two lock files from pyproject.toml, or say where they no longer agree with it.

`lock.py write [--upgrade]` asks the package index; `lock.py check` is offline and needs nothing but the files.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
HEAD = "# Written by `make lock` from pyproject.toml; wishes: "


def main(arguments: list[str]) -> int:
    """Write or check; the answer is the exit code."""
    match arguments:
        case ["write", *rest] if set(rest) <= {"--upgrade"}:
            write(upgrade=bool(rest))
            return 0
        case ["check"]:
            faults = check()
            print("\n".join(faults) if faults else "The lock files agree with pyproject.toml.")
            return 1 if faults else 0
        case _:
            print(__doc__)
            return 2


def write(*, upgrade: bool) -> None:
    """Resolve both lock files for every supported Python and machine; pinned versions stay unless upgraded."""
    resolve(DEVELOPMENT, "--group", "build", "--group", "dev", *(["--upgrade"] if upgrade else []))
    resolve(RUNTIME, "--group", "build", "--constraint", str(DEVELOPMENT), *(["--upgrade"] if upgrade else []))


def resolve(target: Path, *options: str) -> None:
    """One universal, hashed lock file without the address of any index."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *options]
    subprocess.run([*command, "pyproject.toml", "--output-file", target], cwd=ROOT, check=True)
    target.write_text(f"{HEAD}{wishes(target)}\n{target.read_text()}")
    print(f"{target.name}: {len(pins(target))} packages")


def check() -> list[str]:
    """Every way in which the lock files and pyproject.toml differ, each with what to do."""
    faults: list[str] = []
    for lock in (RUNTIME, DEVELOPMENT):
        if not lock.exists() or not lock.read_text().startswith(f"{HEAD}{wishes(lock)}\n"):
            faults.append(f"{lock.name} was not written from this pyproject.toml: run `make lock`.")
            continue
        found = pins(lock)
        faults += [
            f"{lock.name}: {name} is wanted and not locked: run `make lock`." for name in wanted(lock) - set(found)
        ]
        faults += [f"{lock.name}: {name} has no hash." for name, hashes in found.items() if not hashes]
    if not faults:
        runtime, development = versions(RUNTIME), versions(DEVELOPMENT)
        faults += [f"{pin}: locked for the service and not for its tests." for pin in sorted(runtime - development)]
    return faults


def requirements(lock: Path) -> list[str]:
    """What pyproject.toml wishes for this lock file, sorted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = ["build"] if lock == RUNTIME else ["build", "dev"]
    wished: list[str] = list(project["project"]["dependencies"])
    for group in groups:
        wished += project["dependency-groups"][group]
    return sorted([*wished, "python" + project["project"]["requires-python"]])


def wishes(lock: Path) -> str:
    """A short digest of the wishes, kept in the head of the lock file."""
    return hashlib.sha256(json.dumps(requirements(lock)).encode()).hexdigest()[:16]


def wanted(lock: Path) -> set[str]:
    """The names of the packages wished for."""
    names = (re.split(r"[\[<>=!~; ]", wish, maxsplit=1)[0] for wish in requirements(lock))
    return {normal(name) for name in names} - {"python"}


def pins(lock: Path) -> dict[str, int]:
    """The packages of a lock file, and how many hashes each carries."""
    found: dict[str, int] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", lock.read_text()):
        if match := re.match(r"([A-Za-z0-9._-]+)==", entry):
            found[normal(match[1])] = entry.count("--hash=sha256:")
    return found


def versions(lock: Path) -> set[str]:
    """Every `name==version` of a lock file."""
    return set(re.findall(r"^[A-Za-z0-9._-]+==[^ ;]+", lock.read_text(), flags=re.MULTILINE))


def normal(name: str) -> str:
    """A package name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
