"""Which packages and files a run is about, on small trees."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from golint_mem.errors import NothingToAnalyse, UsageError
from golint_mem.project import reading
from golint_mem.project.constraints import Build, evaluate
from golint_mem.project.discover import discover
from golint_mem.project.header import header
from golint_mem.project.neighbours import neighbour
from golint_mem.project.package import Package
from golint_mem.settings import Settings

Tree = Callable[[dict[str, str | bytes]], Settings]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Write files, and give the settings that have them for a root."""

    def write(files: dict[str, str | bytes]) -> Settings:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return Settings(tmp_path)

    return write


def found(settings: Settings, *paths: str, **options: object) -> tuple[Package, ...]:
    """The packages, where nothing goes wrong."""
    changes = {"paths": paths, **options} if paths else options
    packages, notifications = discover(dataclasses.replace(settings, **changes))  # type: ignore[arg-type]
    assert notifications == ()
    return packages


def folders(settings: Settings, *paths: str, **options: object) -> list[str]:
    return [package.path for package in found(settings, *paths, **options)]


MANY: dict[str, str | bytes] = {
    "go.mod": "module example.com/m // ours\n\ngo 1.22.1\n",
    "a.go": "package m\n",
    "sub/b.go": "package sub\n",
    "sub/deep/c.go": "package deep\n",
    "nested/go.mod": 'module "example.com/nested"\n',
    "nested/n.go": "package nested\n",
    "vendor/v.org/p/v.go": "package p\n",
    "testdata/t.go": "package t\n",
    "node_modules/x/n.go": "package n\n",
    ".hidden/h.go": "package h\n",
    "_under/u.go": "package u\n",
    "sub/_ignored.go": "package ignored\n",
    "docs/readme.md": "no Go here\n",
}


def test_everything_below_but_what_go_passes_over(tree: Tree) -> None:
    assert folders(tree(MANY)) == [".", "nested", "sub", "sub/deep"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".", ["."]),
        ("...", [".", "nested", "sub", "sub/deep"]),
        ("sub", ["sub"]),
        ("./sub/", ["sub"]),
        ("sub/...", ["sub", "sub/deep"]),
        ("vendor/...", ["vendor/v.org/p"]),
        ("testdata", ["testdata"]),
        ("_under/...", ["_under"]),
        ("sub/../sub/deep/c.go", ["sub/deep"]),
    ],
)
def test_patterns(tree: Tree, path: str, expected: list[str]) -> None:
    assert folders(tree(MANY), path) == expected


def test_absolute_paths_and_paths_outside_the_root(tree: Tree, tmp_path: Path) -> None:
    tree(MANY)
    settings = Settings(tmp_path / "sub")
    assert folders(settings, str(tmp_path / "sub/deep")) == ["deep"]
    assert folders(settings, "../nested") == ["../nested"]


def test_a_package_named_twice_comes_once(tree: Tree) -> None:
    assert folders(tree(MANY), "sub", "./...", "sub/b.go").count("sub") == 1


def test_modules(tree: Tree) -> None:
    packages = {package.path: package for package in found(tree(MANY), "./...", "vendor/...")}
    assert packages["sub/deep"].import_path == "example.com/m/sub/deep"
    assert (packages["."].import_path, packages["."].go_version) == ("example.com/m", "1.22.1")
    assert (packages["nested"].module, packages["nested"].go_version) == ("example.com/nested", "")
    assert packages["vendor/v.org/p"].import_path == "v.org/p"


def test_without_a_module_the_folder_is_the_import_path(tree: Tree) -> None:
    (package,) = found(tree({"a/a.go": "package a\n"}))
    assert (package.module, package.go_version, package.import_path) == ("", "", "a")


IMPORTS = 'package {}\n\nimport (\n\t"fmt"\n\t_ "github.com/o/m/{}"\n\t"github.com/x/log"\n)\n'


@pytest.mark.parametrize(
    ("files", "module"),
    [
        ({"a/a.go": IMPORTS.format("a", "b/c"), "b/c/c.go": "package c\n"}, "github.com/o/m"),
        ({"a/a.go": IMPORTS.format("a", "b"), "b/b.go": IMPORTS.format("b", "gone"), "log/l.go": "package log"}, ""),
        ({"a/a.go": 'package a\n\nimport "example.org/one/two/b"\n', "b/b.go": "package b\n"}, "example.org/one/two"),
        ({"a/a.go": 'package a\n\nimport "fmt"\n', "fmt/b.go": "package fmt\n"}, ""),
    ],
)
def test_without_a_go_mod_imports_tell_the_module(tree: Tree, files: dict[str, str | bytes], module: str) -> None:
    packages = found(tree(files))
    assert {package.module for package in packages} == {module}
    assert packages[0].guessed
    assert packages[0].import_path == (f"{module}/a" if module else "a")


def test_neighbours_of_a_guessed_module(tree: Tree) -> None:
    settings = tree({"a/a.go": IMPORTS.format("a", "b"), "b/b.go": "package b\n"})
    importer = found(settings, "./a")[0]
    package = neighbour(importer, "github.com/o/m/b", settings)
    assert package is not None
    assert (package.path, package.module) == ("b", "github.com/o/m")


def test_a_file_brings_its_package_but_only_it_is_named(tree: Tree) -> None:
    settings = tree({"p/a.go": "package p\n", "p/b.go": "package p\n", "p/c.go": "package other\n"})
    (package,) = found(settings, "p/a.go")
    assert [file.path for file in package.files] == ["p/a.go", "p/b.go"]
    assert package.named == {"p/a.go"}


def test_foo_and_foo_test_are_two_packages(tree: Tree) -> None:
    settings = tree({"a.go": "package foo", "a_test.go": "package foo", "b_test.go": "package foo_test"})
    inside, outside = found(settings)
    assert (inside.name, [file.is_test for file in inside.files]) == ("foo", [False, True])
    assert (outside.name, outside.import_path) == ("foo_test", "._test")


def test_tests_can_be_left_out(tree: Tree) -> None:
    settings = tree({"a.go": "package foo", "a_test.go": "package foo", "b_test.go": "package foo_test"})
    (package,) = found(settings, tests=False)
    assert package.named == {"a.go"} and len(package.files) == 1


def test_c_files_of_the_folder(tree: Tree) -> None:
    names = ["x.c", "x.h", "x.m", "x.cc", "x.cpp", "x.hpp", "x.cxx"]
    settings = tree({"a.go": "package a", "deeper/y.c": "", "x.s": "", **dict.fromkeys(names, b"\xff;")})
    (package,) = found(settings, ".")
    assert sorted(file.path for file in package.c_files) == sorted(names)
    assert package.c_files[0].source == b"\xff;"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("package a", "a"),
        ("// package b\n/* package c\n */ package a // d\n", "a"),
        ("\ufeffpackage a\n", "a"),
        ("package /* why */ a;import `fmt`", "a"),
        ("package\n\ta\r\n", "a"),
        ("package größe\n", "größe"),
        ("packages a\n", ""),
        ("func main() {}\npackage a\n", ""),
        ("/* package a\n", ""),
    ],
)
def test_package_clause(source: str, name: str) -> None:
    assert header(source.encode()).package == name


@pytest.mark.parametrize(
    ("source", "generated"),
    [
        ("// Code generated by x. DO NOT EDIT.\n\npackage a\n", True),
        ("// Licence\n\n// Code generated by x. DO NOT EDIT.\r\npackage a\n", True),
        ("\ufeff// Code generated by x. DO NOT EDIT.\npackage a\n", True),
        ("package a\n// Code generated by x. DO NOT EDIT.\n", False),
        ("/*\n// Code generated by x. DO NOT EDIT.\n*/\npackage a\n", False),
        ("  // Code generated by x. DO NOT EDIT.\npackage a\n", False),
        ("// Code generated by x. DO NOT EDIT. Please.\npackage a\n", False),
    ],
)
def test_generated(tree: Tree, source: str, generated: bool) -> None:
    (package,) = found(tree({"a.go": source}))
    assert package.files[0].generated is generated
    assert package.named == {"a.go"}


def test_the_bytes_stay_as_they_are(tree: Tree) -> None:
    source = b"\xef\xbb\xbfpackage a\r\n"
    (package,) = found(tree({"a.go": source}))
    assert package.files[0].source == source


BUILT: dict[str, str | bytes] = {
    "a.go": "package a",
    "a_linux.go": "package a",
    "a_windows_amd64.go": "package a",
    "a_arm64_test.go": "package a",
    "linux.go": "package a",
    "u.go": "//go:build unix && !cgo\n\npackage a",
    "t.go": "// Licence\n\n//go:build special || (windows && go1.21)\n\npackage a",
    "late.go": "package a\n//go:build never\n",
}


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ({}, set()),
        ({"goos": "linux"}, {"a_windows_amd64.go", "t.go", "u.go"}),
        ({"goos": "android"}, {"a_windows_amd64.go", "t.go", "u.go"}),
        ({"goos": "windows", "goarch": "386"}, {"a_linux.go", "a_windows_amd64.go", "a_arm64_test.go", "u.go"}),
        ({"tags": ("special",)}, {"u.go"}),
        ({"tags": ("other",)}, {"u.go"}),
    ],
)
def test_constraints_count_only_when_asked(tree: Tree, options: dict[str, object], out: set[str]) -> None:
    (package,) = found(tree(BUILT), **options)
    assert {file.path for file in package.files if file.constrained_out} == out
    assert package.named == set(BUILT) - out


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("linux", True),
        ("!linux", False),
        ("linux && arm64", None),
        ("darwin && arm64", False),
        ("linux || arm64", True),
        ("!arm64", None),
        ("unix && mine", True),
        ("(linux", None),
        ("linux &&", None),
        ("linux mine", None),
        ("&& linux", None),
        ("linux @", None),
    ],
)
def test_build_expressions(expression: str, value: bool | None) -> None:
    assert evaluate(expression, Build("linux", None, frozenset({"mine"}))) is value


@pytest.mark.parametrize(
    ("source", "kind", "cause", "line"),
    [
        (b"", "empty-file", "empty", 0),
        (b" \n", "empty-file", "empty", 0),
        (b"package a\n\xff\n", "invalid-utf8", "invalid start byte", 2),
        (b"package a\n\n\x00", "nul-byte", "NUL", 3),
        (b"// nothing\n", "syntax-error", "package clause", 1),
    ],
)
def test_a_spoilt_file_does_not_stop_the_rest(tree: Tree, source: bytes, kind: str, cause: str, line: int) -> None:
    packages, (note,) = discover(tree({"a.go": "package a", "bad.go": source}))
    assert packages[0].named == {"a.go"}
    assert (note.kind, note.path, note.line) == (kind, "bad.go", line)
    assert cause in note.message


def test_unreadable_files(tree: Tree, tmp_path: Path) -> None:
    settings = tree({"a.go": "package a"})
    (tmp_path / "gone.go").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.go")
    (tmp_path / "gone.c").symlink_to("nowhere")
    (tmp_path / "folder.go").mkdir()
    packages, notifications = discover(settings)
    assert packages[0].named == {"a.go"}
    assert [(note.kind, note.path) for note in notifications] == [
        ("unreadable-file", "gone.go"),
        ("unreadable-file", "pipe.go"),
        ("unreadable-file", "gone.c"),
    ]
    assert "No such file" in notifications[0].message


def test_files_over_the_limit_are_skipped(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 12)
    packages, (note,) = discover(tree({"a.go": "package a", "big.go": "package a // big"}))
    assert packages[0].named == {"a.go"}
    assert (note.kind, note.path) == ("file-too-large", "big.go")


def test_symbolic_links(tree: Tree, tmp_path: Path) -> None:
    settings = tree({"real/a.go": "package a"})
    (tmp_path / "real" / "loop").symlink_to("..", target_is_directory=True)
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert folders(settings) == ["real"]
    assert folders(settings, "link") == ["link"]
    assert folders(settings, "link/...") == ["link"]


def test_excluded_files_give_context_only(tree: Tree) -> None:
    settings = tree({"a.go": "package a", "a.pb.go": "package a", "bad.pb.go": "", "gen/x.go": "package x"})
    (package,) = found(settings, exclude=("*.pb.go", "gen/"))
    assert [file.path for file in package.files] == ["a.go", "a.pb.go"]
    assert package.named == {"a.go"}


@pytest.mark.parametrize("path", ["nowhere", "nowhere/...", "a.go/...", "x.txt", "", "nowhere.go"])
def test_wrong_paths(tree: Tree, path: str) -> None:
    settings = tree({"a.go": "package a", "x.txt": ""})
    with pytest.raises(UsageError, match=r"no such|not a Go file"):
        found(settings, path)


@pytest.mark.parametrize(
    ("files", "options", "says"),
    [
        ({"x.txt": ""}, {}, "no Go file"),
        ({"sub/a.go": "package a"}, {"paths": (".",)}, "./... also for the folders below it"),
        ({"a.go": b"\x00"}, {}, "no Go file"),
        ({"a.go": "package a"}, {"exclude": ("*.go",)}, "no Go file"),
        ({"a_windows.go": "package a"}, {"goos": "linux"}, "no Go file"),
        ({"a_test.go": "package a"}, {"tests": False}, "no Go file"),
    ],
)
def test_nothing_to_analyse(tree: Tree, files: dict[str, str | bytes], options: dict[str, object], says: str) -> None:
    with pytest.raises(NothingToAnalyse) as error:
        found(tree(files), **options)
    assert says in str(error.value)
    assert [note.path for note in error.value.notifications] == [name for name in files if files[name] == b"\x00"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"goos": "linx"}, "goos: unknown system 'linx'; did you mean 'linux'?"),
        ({"goos": ""}, "goos: unknown system ''"),
        ({"goarch": "x86"}, "goarch: unknown architecture 'x86'"),
    ],
)
def test_a_system_that_does_not_exist(tree: Tree, options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as error:
        found(tree({"a.go": "package a"}), **options)
    assert says in str(error.value)
