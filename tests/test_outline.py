"""What the bytes of a file say that it declares, imports and calls."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from golint_mem.project.package import GoFile
from golint_mem.semantics.declarations import Declarations
from golint_mem.syntax.go import parse
from golint_mem.syntax.outline import Outline

SOURCE = b"""package p

import "fmt"
import (
\t"net/http"
\talias "example.com/x"
)

type T struct{ a int }
type (
\tU[K comparable] map[K]int
\tV = T
)

var first, second = 1, 2
const ( low = iota; high )

func plain() { fmt.Println(first) }

func (t *T) Method() {
\tplain()
}

func (u U[K]) generic() {
\thttp.Get("x")
\tcall[int](1)
}
"""


def test_names() -> None:
    outline = Outline(SOURCE)
    assert outline.functions == {"plain"}
    assert outline.methods == {("T", "Method"), ("U", "generic")}
    assert {"T", "U", "V", "first", "second", "low", "high"} <= outline.others
    assert outline.imports == {"fmt", "net/http", "example.com/x"}
    assert {b"Println", b"plain", b"Get", b"call"} <= outline.calls


def test_which_functions_hold_words_and_call_names() -> None:
    outline = Outline(SOURCE)
    assert outline.holding([b"http."]) == {b"generic"}
    assert outline.calling({b"plain"}) == {b"Method"}
    assert outline.calling({b"Method"}) == set(), "a declaration is no call"


def test_bodies() -> None:
    bodies = dict(Outline(SOURCE).bodies())
    assert list(bodies) == [b"plain", b"Method", b"generic"]
    assert bodies[b"Method"].strip() == b"func (t *T) Method() {\n\tplain()\n}"


@pytest.mark.parametrize("source", [b"", b"package p\n", b"package p\n\ntype T struct{}\n", b"\xff\xfe\x00"])
def test_a_file_without_functions(source: bytes) -> None:
    outline = Outline(source)
    assert list(outline.bodies()) == []
    assert outline.functions == outline.methods == set()
    assert outline.holding([b"p"]) == outline.calling({b"p"}) == set()


@pytest.mark.parametrize("folder", ["net/http", "go/types", "sync", "runtime"])
def test_every_declaration_of_the_standard_library_is_in_its_outline(folder: str) -> None:
    root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    for path in sorted((Path(root) / "src" / folder).glob("*.go")):
        file = GoFile(path.name, path.read_bytes())
        tree = parse(file.path, file.source)
        if tree.first_error():
            continue
        declared, outline = (
            Declarations([file], lambda file: Outline(file.source), lambda _file, tree=tree: tree),
            Outline(file.source),
        )
        named = {one.name for one in tree.declared if not one.receiver}
        assert named <= outline.functions
        assert {(one.receiver, one.name) for one in tree.declared if one.receiver} <= outline.methods
        assert set(declared.functions) == named
