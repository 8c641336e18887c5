# SPDX-License-Identifier: Apache-2.0
"""The README is true to the repository."""

import re
import subprocess

from app.settings import HOUSE

README = (HOUSE / "README.md").read_text(encoding="utf-8")
TREE = re.search(r"## The house\n```\n(.*?)\n```", README, re.S)
LINE = re.compile(r"( *)(\S+) +\S")


def _named() -> list[str]:
    """Every path of the tree, those of its second level with their folder."""
    assert TREE
    folder, paths = "", []
    for line in TREE[1].splitlines():
        found = LINE.match(line)
        assert found, line
        folder = folder if found[1] else found[2]
        paths.append(folder + found[2] if found[1] else folder)
    return paths


def test_every_path_of_the_tree_is_there() -> None:
    """The tree names nothing that is not in the repository, and folders with a slash at their end."""
    for path in _named():
        assert (HOUSE / path).is_dir() if path.endswith("/") else (HOUSE / path).is_file(), path


def test_every_folder_is_in_the_tree() -> None:
    """Every top-level folder that is kept has its line."""
    files = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    kept = {name.partition("/")[0] + "/" for name in files.splitlines() if "/" in name}
    assert {path for path in _named() if path.count("/") == 1 and path.endswith("/")} == kept


def test_every_link_leads_somewhere() -> None:
    """Links and pictures point at files of the repository."""
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if "://" not in link and not (HOUSE / link).exists()] == []


def test_every_verb_and_command_exists() -> None:
    """What the README tells to type is a verb of the Makefile or a command of `rapport`."""
    verbs = set(re.findall(r"^(\w[\w-]*):", (HOUSE / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", README)) <= verbs
    files = (HOUSE / "app" / "doors" / name for name in ("cli.py", "knowledge.py"))
    commands = "".join(file.read_text(encoding="utf-8") for file in files)
    for command in re.findall(r"\brapport ([a-z]+)", README):
        assert re.search(rf'def {command}_?\(|name="{command}"', commands), command
