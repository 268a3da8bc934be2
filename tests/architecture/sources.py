"""The source files of the product, parsed once, for the tests that read code."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agent", "review_ui", "evals")
HEAVY = frozenset(
    [
        "chromadb",
        "dateparser",
        "dbos",
        "langchain_core",
        "langchain_openai",
        "odoorpc",
        "onnxruntime",
        "openai",
        "scipy",
        "sklearn",
        "tokenizers",
    ]
)


@dataclass(frozen=True)
class Source:
    """One module: where it lies, its text and its tree."""

    path: Path

    @property
    def name(self) -> str:
        """The path as people write it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """The dotted name."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Every dotted name imported anywhere in the module, but for type checking alone."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in _without_typing(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        yield from (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _without_typing(node: ast.AST) -> Iterator[ast.AST]:
    """The tree without its `if TYPE_CHECKING:` branches."""
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for other in child.orelse:
                yield other
                yield from _without_typing(other)
        else:
            yield from _without_typing(child)


@cache
def sources() -> tuple[Source, ...]:
    """Every module of the product but the migrations, which Alembic loads by path."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(Source(path) for path in paths if "migrations" not in path.parts)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def heavy_after(code: str) -> tuple[str, set[str]]:
    """Run code in a fresh interpreter: what it printed, and the heavy libraries it has loaded by then."""
    watch = "import atexit, sys; atexit.register(lambda: sys.stderr.write('\\0'.join(('', *sys.modules))))"
    done = subprocess.run(
        [sys.executable, "-c", f"{watch}\n{code}"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.split("\0")[0]
    return done.stdout, {name.partition(".")[0] for name in done.stderr.split("\0")[1:]} & HEAVY
