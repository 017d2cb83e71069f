"""The configuration file: where it is found, and what it says where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from golint_mem.errors import ConfigError
from golint_mem.project.config import Config, find, load, read


def test_no_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


def test_the_nearest_file_upward_wins(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".golint-mem.toml").write_text("jobs = 2\n")
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(inner).jobs == 2
    (inner.parent / "pyproject.toml").write_text("[tool.golint-mem]\njobs = 3\n")
    assert load(inner).jobs == 3
    (inner.parent / ".golint-mem.toml").write_text("jobs = 4\n")
    assert find(inner) == inner.parent / ".golint-mem.toml"


def test_every_key_is_read(tmp_path: Path) -> None:
    path = tmp_path / ".golint-mem.toml"
    path.write_text(
        'select = ["cgo"]\nignore = ["GM101"]\ntests = false\ntags = ["t"]\ngoos = "linux"\ngoarch = "arm64"\n'
        'exclude = ["gen"]\nshow-possible = true\njobs = 2\n[allocators]\nmy_new = "my_free"\n'
    )
    config = read(path)
    assert (config.select, config.ignore, config.tests, config.tags) == (["cgo"], ["GM101"], False, ["t"])
    assert (config.goos, config.goarch, config.exclude) == ("linux", "arm64", ["gen"])
    assert (config.show_possible, config.jobs, config.allocators) == (True, 2, {"my_new": "my_free"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ignores = []", r"unknown key 'ignores'; did you mean 'ignore'\?"),
        ("show_possible = true", r"unknown key 'show_possible'; did you mean 'show-possible'\?"),
        ("jobs = 0", r"key 'jobs': .*greater than or equal to 1, not 0"),
        ("jobs = '2'", r"key 'jobs': .*valid integer, not '2'"),
        ("select = 'cgo'", r"key 'select': .*valid list, not 'cgo'"),
        ("select = [1]", r"key 'select.0': .*valid string"),
        ("allocators.x = 1", r"key 'allocators.x': .*valid string"),
        ("rules = 'dir'", r"key 'rules' is not allowed"),
        ("jobs = ", r"is not valid TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / ".golint-mem.toml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_has_no_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.toml")
    (tmp_path / "pyproject.toml").write_text("[tool]\n")
    with pytest.raises(ConfigError, match="has no table"):
        read(tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_text("tool.golint-mem = 1\n")
    with pytest.raises(ConfigError, match="must be a table"):
        load(tmp_path)
