"""The architecture: which way imports point, and how large things may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = sorted(path for folder in ("kb", "indexer", "web") for path in (ROOT / folder).rglob("*.py"))

MAX_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 5

COMPOSITION_ROOT = ROOT / "kb" / "cli.py"
TERMINAL = ROOT / "kb" / "terminal.py"  # what the composition root prints with
ENTRY_POINT = ROOT / "kb" / "__main__.py"
MAY_IMPORT_WHOOSH = {ROOT / "kb" / "search" / "operators.py", ROOT / "indexer" / "operators.py"}
WEB_FRAMEWORKS = {"flask", "werkzeug", "jinja2", "gunicorn", "spectree", "flask_openapi3", "flask_compress"}
COMMAND_LINE = {"click", "rich"}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions, by full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they point"
            yield node.module or ""


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
class TestModule:
    def test_begins_with_a_sentence_that_says_what_it_is(self, path: Path) -> None:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring
        assert docstring.split("\n")[0].endswith((".", ":"))

    def test_keeps_below_the_ceilings(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= MAX_LINES
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION_LINES, node.name
                is_command = any("command" in ast.unparse(decorator) for decorator in node.decorator_list)
                parameters = [arg.arg for arg in node.args.args if arg.arg not in ("self", "cls")]
                assert is_command or len(parameters) <= MAX_PARAMETERS, f"{node.name}: pass a frozen value"

    def test_imports_point_one_way(self, path: Path) -> None:
        package = relative(path).partition("/")[0]
        if path in (COMPOSITION_ROOT, ENTRY_POINT):
            return
        forbidden = {"kb": {"web", "indexer"}, "indexer": {"web"}, "web": {"indexer"}}[package]
        assert not packages(path) & forbidden

    def test_only_the_web_knows_the_web_framework(self, path: Path) -> None:
        if relative(path).startswith("web/"):
            return
        assert not packages(path) & WEB_FRAMEWORKS

    def test_only_the_composition_root_knows_the_command_line(self, path: Path) -> None:
        if path in (COMPOSITION_ROOT, TERMINAL):
            return
        assert not packages(path) & COMMAND_LINE
        assert "kb.terminal" not in set(imported(path))

    def test_nothing_imports_the_composition_root(self, path: Path) -> None:
        if path == ENTRY_POINT:
            return
        assert "kb.cli" not in set(imported(path))

    def test_whoosh_stays_behind_the_keyword_side(self, path: Path) -> None:
        if path in MAY_IMPORT_WHOOSH:
            return
        assert "whoosh" not in packages(path)

    def test_takes_no_name_from_a_cycle(self, path: Path) -> None:
        assert not cycle_through(path)


def cycle_through(path: Path) -> list[str]:
    """A way from a module back to itself along imports made at module level; empty if there is none."""
    start = module_name(path)
    graph = {module_name(other): top_level_imports(other) for other in PRODUCT}
    seen: set[str] = set()
    waiting = [(name, [start, name]) for name in graph[start]]
    while waiting:
        name, way = waiting.pop()
        if name == start:
            return way
        if name in seen or name not in graph:
            continue
        seen.add(name)
        waiting += [(further, [*way, further]) for further in graph[name]]
    return []


def module_name(path: Path) -> str:
    return relative(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def top_level_imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found
