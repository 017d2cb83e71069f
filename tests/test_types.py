"""Types and callees, on small sources and against the Go type checker on the standard library."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from golint_mem.project.discover import discover
from golint_mem.semantics.package import PackageFacts, Program
from golint_mem.semantics.view import FileView
from golint_mem.settings import Settings
from golint_mem.syntax.go import matches, text

_CALLS = "[(call_expression) (type_conversion_expression)] @found"
_EXPRESSIONS = "[(call_expression) (type_conversion_expression) (identifier) (selector_expression)] @found"
_CHECKER = Path(__file__).parent / "typecheck" / "main.go"


def facts_of(root: Path, *paths: str) -> list[PackageFacts]:
    settings = Settings(root=root, paths=paths or ("./...",), tests=False, goos="linux", goarch="amd64")
    packages, _ = discover(settings)
    program = Program(packages, settings)
    return [program.of(package) for package in packages]


def view_of(tmp_path: Path, source: str, **others: str) -> FileView:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text(source)
    for name, content in others.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.go").write_text(content)
    facts = facts_of(tmp_path, ".")[0]
    return facts.view(facts.trees[0])


def calls(view: FileView) -> dict[str, str]:
    return {text(node): view.callee(node).qualified for node in matches(view.tree.root, _CALLS, "found")}


def types_at_end(view: FileView) -> dict[str, str]:
    """The types of the arguments of the last call of `use`."""
    call = [one for one in matches(view.tree.root, _CALLS, "found") if text(one).startswith("use(")][-1]
    arguments = call.child_by_field_name("arguments")
    assert arguments is not None
    return {text(one): str(view.type_of(one)) for one in arguments.named_children}


def test_callees_through_fields_embedding_and_packages_of_the_module(tmp_path: Path) -> None:
    view = view_of(
        tmp_path,
        """package m

import (
    "os"
    "sync"
    "example.com/m/inner"
)

type wrapper struct {
    sync.Mutex
    pool *sync.Pool
    inner.Box
}

func f(w *wrapper, name string) {
    w.Lock()
    w.pool.Get()
    w.Open()
    w.File.Close()
    file, err := os.Open(name)
    file.Close()
    err.Error()
    inner.New().Open()
    func() {}()
    string(name)
}
""",
        inner="""package inner

import "os"

type Box struct{ File *os.File }

func New() *Box { return nil }

func (b *Box) Open() error { return nil }
""",
    )
    assert calls(view) == {
        "w.Lock()": "sync.Mutex.Lock",
        "w.pool.Get()": "sync.Pool.Get",
        "w.Open()": "example.com/m/inner.Box.Open",
        "w.File.Close()": "os.File.Close",
        "os.Open(name)": "os.Open",
        "file.Close()": "os.File.Close",
        "err.Error()": "builtin.error.Error",
        "inner.New()": "example.com/m/inner.New",
        "inner.New().Open()": "example.com/m/inner.Box.Open",
        "func() {}()": "",
        "string(name)": "",
    }


def test_variables_of_every_kind_of_declaration(tmp_path: Path) -> None:
    view = view_of(
        tmp_path,
        """package m

import "context"

type pair[K comparable, V any] struct { key K; value V }

func (p pair[K, V]) get() V { return p.value }

func first[T any](all []T) T { return all[0] }

const ( low color = iota; high )

type color uint8

func f(ctx context.Context, ch <-chan []string, more ...int) (err error) {
    inside, cancel := context.WithCancel(ctx)
    words, ok := <-ch
    m := map[string]*pair[int, error]{}
    p := m["x"]
    got := p.get()
    head := first(words)
    for i, w := range words { use(i, w) }
    for k, v := range m { use(k, v) }
    switch x := got.(type) {
    case *pair[int, bool]:
        use(x)
    }
    array := [4]byte{}
    use(inside, cancel, words, ok, m, p, got, head, more, array[1:], err, high, &array, len(words), ctx.Done())
}
""",
    )
    assert types_at_end(view) == {
        "inside": "context.Context",
        "cancel": "context.CancelFunc",
        "words": "[]string",
        "ok": "bool",
        "m": "map[string]*example.com/m.pair[int, error]",
        "p": "*example.com/m.pair[int, error]",
        "got": "error",
        "head": "string",
        "more": "[]int",
        "array[1:]": "[]uint8",
        "err": "error",
        "high": "example.com/m.color",
        "&array": "*[4]uint8",
        "len(words)": "int",
        "ctx.Done()": "<-chan struct{}",
    }


def test_equal_objects_for_the_same_thing(tmp_path: Path) -> None:
    view = view_of(
        tmp_path,
        """package m

var shared int

type s struct { n int }

func f(a *s) { x := 1; use(x, shared, a.n); { x := 2; use(x, shared, a.n) } }
""",
    )
    first, second = (one for one in matches(view.tree.root, _CALLS, "found"))
    one, other = (
        [view.object(node) for node in call.child_by_field_name("arguments").named_children]  # type: ignore[union-attr]
        for call in (first, second)
    )
    assert one[0] != other[0]
    assert one[1:] == other[1:]
    assert [known.kind for known in one if known] == ["local", "package", "field"]


def test_an_import_cannot_lead_out_of_the_module(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.go").write_text("package outside\n\nfunc F() {}\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    view = view_of(inside, 'package m\n\nimport "example.com/m/../outside"\n\nfunc f() { outside.F() }\n')
    assert view.facts.seen("example.com/m/../outside") is None


@pytest.mark.skipif(shutil.which("go") is None, reason="needs the Go toolchain")
def test_the_go_type_checker_agrees() -> None:
    packages = ("os/exec", "database/sql", "net/textproto")
    said = subprocess.run(["go", "run", str(_CHECKER), *packages], capture_output=True, text=True, check=True).stdout
    root = Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
    expected = {}
    for line in said.splitlines():
        file, start, end, kind, one, called = line.split("\t")
        expected[file, int(start), int(end), kind] = one, called
    tally: Counter[str] = Counter()
    for facts in facts_of(root / "src", *packages):
        for tree in facts.trees:
            _compare(facts.view(tree), str(root / "src" / tree.path), expected, tally)
    assert tally["types"] > 5_000
    # untyped constants take their type from where they stand, and types declared in functions are seen as what they
    # are made of: both are known differences
    assert tally["wrong type"] <= tally["types"] * 0.005, tally
    assert tally["unknown type"] <= tally["types"] * 0.01, tally
    assert tally["wrong callee"] <= tally["callees"] * 0.01, tally
    assert tally["unknown callee"] <= tally["callees"] * 0.01, tally


def _compare(
    view: FileView, file: str, expected: dict[tuple[str, int, int, str], tuple[str, str]], tally: Counter[str]
) -> None:
    for node in matches(view.tree.root, _EXPRESSIONS, "found"):
        kind = "name" if node.type in ("identifier", "selector_expression") else "call"
        wanted = expected.get((file, node.start_byte, node.end_byte, kind))
        if wanted is None or wanted[0].startswith(("func", "(", "struct", "untyped")):
            continue
        got = view.type_of(node)
        tally["types"] += 1
        tally["unknown type"] += not got.known
        tally["wrong type"] += got.known and _plain(str(got)) != _plain(wanted[0])
        if wanted[1]:
            name = re.sub(r"^\(\*?([^)]*)\)", r"\1", wanted[1]).replace("error.Error", "builtin.error.Error")
            called = view.callee(node).qualified
            tally["callees"] += 1
            tally["unknown callee"] += not called
            tally["wrong callee"] += called not in ("", re.sub(r"\[.*?\]", "", name))


def _plain(shown: str) -> str:
    shown = re.sub(r"\bany\b|interface \{\}", "interface{}", shown).replace("byte", "uint8").replace("rune", "int32")
    return re.sub(r"^\[\d+\]", "[...]", shown) if "[" in shown else shown


def test_a_file_means_the_declaration_of_its_own_build(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    call = "package m\n\nfunc call{}() {{ open(); box{{}}.get() }}\n"
    declared = "package m\n\nfunc open() {}\n\nfunc (box) get() {}\n"
    sources = {
        "all.go": "package m\n\ntype box struct{}\n\nfunc call() { open(); box{}.get() }\n",
        "a_js.go": declared,
        "b_unix.go": "//go:build !js && !plan9 && !special\n\n" + declared,
        "c_plan9.go": declared,
        "d.go": "//go:build special && !plan9 && !js\n\n" + declared,
        "x_plan9.go": call.format("A"),
        "y_linux.go": call.format("B"),
        "z.go": "//go:build special\n\n" + call.format("C"),
    }
    for name, source in sources.items():
        (tmp_path / name).write_text(source)
    packages, _ = discover(Settings(root=tmp_path, paths=(".",), tests=False))
    facts = Program(packages, Settings(root=tmp_path, paths=(".",))).of(packages[0])
    meant = {}
    for tree in facts.trees:
        calls = matches(tree.root, "(call_expression) @found", "found")
        found = [facts.view(tree).callee(one).function for one in calls]
        if found:
            meant[tree.path] = [one.path for one in found if one is not None]
    assert meant == {
        "all.go": ["b_unix.go"] * 2,
        "x_plan9.go": ["c_plan9.go"] * 2,
        "y_linux.go": ["b_unix.go"] * 2,
        "z.go": ["d.go"] * 2,
    }
