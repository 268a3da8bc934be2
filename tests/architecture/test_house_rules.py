"""The rules of the house that a machine can check: budgets, docstrings, one place for each effect."""

import ast

from tests.architecture.sources import ROOT, Source, sources

FILE_LINES = 300
FUNCTION_LINES = 40
COMMITTERS = ("agent/kit/db.py", "agent/adapters/sandbox")


def has_reason(source: Source, first: int, last: int) -> bool:
    """Whether a comment `# Size: why` stands in these lines (1-based, both included)."""
    return any("# Size: " in line for line in source.text.splitlines()[first - 1 : last])


def test_a_file_is_short_or_says_why_not():
    long = {s.name: len(s.text.splitlines()) for s in sources() if len(s.text.splitlines()) > FILE_LINES}

    assert not {name: lines for name, lines in long.items() if not has_reason(Source(ROOT / name), 1, 30)}


def test_a_function_is_short_or_says_why_not():
    long = [
        f"{s.name}:{f.lineno} {f.name}: {f.end_lineno - f.lineno + 1} lines"
        for s in sources()
        for f in s.functions()
        if f.end_lineno - f.lineno >= FUNCTION_LINES and not has_reason(s, f.lineno - 1, f.end_lineno)
    ]

    assert not long


def test_every_module_says_what_it_is_for():
    assert not [s.name for s in sources() if not ast.get_docstring(s.tree) and s.text.strip()]


def test_nobody_commits_but_the_unit_of_work():
    commits = [
        f"{s.name}:{node.lineno}"
        for s in sources()
        if not s.name.startswith(COMMITTERS)
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert not commits, "the unit of work commits by itself"


def test_no_error_is_swallowed_whole():
    silent = [
        f"{s.name}:{node.lineno}"
        for s in sources()
        for node in ast.walk(s.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
    ]

    assert not silent


def test_functions_are_of_one_colour():
    allowed = ("agent/api/", "review_ui/")  # the raw-body reader, OIDC and the lifespan
    coloured = [
        f"{s.name}:{f.lineno} {f.name}"
        for s in sources()
        if not s.name.startswith(allowed)
        for f in s.functions()
        if isinstance(f, ast.AsyncFunctionDef)
    ]

    assert not coloured


def test_every_folder_of_unit_tests_mirrors_one_of_the_code():
    folders = [path for path in (ROOT / "tests/unit").rglob("*") if path.is_dir() and list(path.glob("test_*.py"))]
    known = [ROOT, ROOT / "agent"]

    stray = [
        path.relative_to(ROOT).as_posix()
        for path in folders
        if not any((base / path.relative_to(ROOT / "tests/unit")).exists() for base in known)
    ]

    assert not stray
