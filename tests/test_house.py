# SPDX-License-Identifier: Apache-2.0
"""The house rules that can be measured: sizes, headers, docstrings, settings, supply chain."""

import ast
import re
import site
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import HOUSE, Settings

HOUSES = ("app", "memory", "guards", "connectors")
CEILING = {"app/turn.py": 120}
EXEMPT = ("memory/migrations/",)
EXPECTED_PTH = re.compile(r"distutils-precedence\.pth|__editable__\.rapport-.*\.pth|_virtualenv\.pth")


def _modules(*roots: str) -> list[Path]:
    files = [path for root in roots for path in sorted((HOUSE / root).rglob("*.py"))]
    return [path for path in files if not str(path.relative_to(HOUSE)).startswith(EXEMPT)]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring; a Protocol's method has none."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", _modules(*HOUSES, "benchmarks"), ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_module_is_over_its_ceiling(path: Path) -> None:
    """A module has at most 300 lines, the turn at most 120."""
    ceiling = CEILING.get(str(path.relative_to(HOUSE)), 300)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ceiling


def test_the_median_module_is_short() -> None:
    """The median module has at most 120 lines."""
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(*HOUSES)]
    assert statistics.median([length for length in lengths if length > 1]) <= 120


@pytest.mark.parametrize("path", _modules(*HOUSES, "benchmarks"), ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_function_is_over_its_ceiling(path: Path) -> None:
    """A function's body has at most 40 lines."""
    long = {node.name: _length(node) for node in _functions(path) if _length(node) > 40}
    assert long == {}


def test_the_median_function_is_short() -> None:
    """The median function's body has at most 10 lines."""
    lengths = [_length(node) for path in _modules(*HOUSES) for node in _functions(path)]
    assert statistics.median(lengths) <= 10


@pytest.mark.parametrize(
    "path", _modules(*HOUSES, "tests", "benchmarks", "scripts"), ids=lambda p: str(p.relative_to(HOUSE))
)
def test_every_file_names_its_licence(path: Path) -> None:
    """The first line is the SPDX line."""
    assert path.read_text(encoding="utf-8").splitlines()[0] == "# SPDX-License-Identifier: Apache-2.0"


@pytest.mark.parametrize("path", _modules(*HOUSES), ids=lambda p: str(p.relative_to(HOUSE)))
def test_what_is_public_says_what_it_is(path: Path) -> None:
    """Every module, public class and public top-level function or method has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "__init__.py":
        assert ast.get_docstring(tree)
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    top = [node for node in tree.body if isinstance(node, kinds)]
    methods = [
        n
        for node in top
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for n in node.body
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    bare = [node.name for node in (*top, *methods) if not node.name.startswith("_") and not ast.get_docstring(node)]
    assert bare == []


def test_every_setting_stands_in_the_example() -> None:
    """`.env.example` names every setting, and nothing else."""
    named = set(re.findall(r"^#?(RAPPORT_[A-Z_]+)=", (HOUSE / ".env.example").read_text(), re.M))
    assert named == {f"RAPPORT_{name.upper()}" for name in Settings.model_fields}


def test_no_unexpected_file_runs_at_every_python_start() -> None:
    """Site-packages holds no `.pth` file besides the known ones: one was once a credential stealer."""
    found = [path.name for folder in site.getsitepackages() for path in Path(folder).glob("*.pth")]
    assert [name for name in found if not EXPECTED_PTH.fullmatch(name)] == []


def test_the_locks_name_no_host() -> None:
    """The locked requirements come from whatever registry a machine is set up with."""
    for lock in HOUSE.glob("requirements*.lock"):
        lines = [line.split("#")[0] for line in lock.read_text().splitlines()]
        assert not [line for line in lines if "://" in line or "--index" in line or "--find-links" in line]


def test_every_direct_dependency_has_its_reason() -> None:
    """docs/dependencies.md has a line for each dependency of pyproject.toml."""
    listed = re.search(r"^dependencies = \[(.*?)^\]", (HOUSE / "pyproject.toml").read_text(), re.M | re.S)
    assert listed
    names = re.findall(r'"([A-Za-z0-9_-]+)', listed[1])
    reasons = (HOUSE / "docs" / "dependencies.md").read_text()
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_compromised_releases_are_excluded() -> None:
    """No lock holds a release that is known to have been malicious."""
    text = (HOUSE / "requirements.lock").read_text()
    assert not re.search(r"^(litellm==1\.82\.[78]|guardrails-ai==0\.10\.1|mistralai==2\.4\.6) ", text, re.M)


def test_decisions_are_short() -> None:
    """An ADR has at most 40 lines and the four headings."""
    for path in (HOUSE / "docs" / "adr").glob("[0-9]*.md"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 40, path.name
        assert all(word in text for word in ("Status", "Context", "Decision", "Consequences")), path.name


def test_nothing_names_a_machine() -> None:
    """No tracked text holds a machine's path or a package registry's host."""
    files = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    pattern = re.compile(r"/work/|/root/|pypi\.org|registry\.npmjs|files\.pythonhosted")
    named = []
    for name in files.split():
        path = HOUSE / name
        if (
            path.suffix in {".py", ".md", ".toml", ".yaml", ".yml", ".js", ".css", ".lock", ".json", ""}
            and path.is_file()
            and path != Path(__file__)
        ):
            named += [name] if pattern.search(path.read_text(encoding="utf-8", errors="ignore")) else []
    assert named == []
