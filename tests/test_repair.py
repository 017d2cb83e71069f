"""The repairs that findings carry: what they write, that it compiles, and where they hold back."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tree_sitter import Node

from golint_mem.findings import Finding, Fix, Place, Report
from golint_mem.semantics.repair.release import free_after, free_inline
from golint_mem.syntax.go import matches, parse, text
from golint_mem.triage.fixes import apply

PREAMBLE = """package sample

/*
#include <stdlib.h>
#include <string.h>

typedef struct thing { int id; } thing;
static thing *thing_new(int id) { thing *t = calloc(1, sizeof *t); t->id = id; return t; }
static void thing_free(thing *t) { free(t); }
static int count(const char *s) { return (int)strlen(s); }
static int both(const char *a, const char *b) { return count(a) + count(b); }
static void *block(void) { return malloc(8); }
static void block_free(void *p) { free(p); }
static char *first(void) { return strdup("x"); }
*/
import "C"

import (
\t"errors"
\t"unsafe"
)

var _ = unsafe.Pointer(nil)
var errEmpty = errors.New("empty")

"""


def mended(source: str | bytes, *targets: str, release: str = "free", untyped: bool = False) -> str | None:
    """The source with the fixes for these targets; None where one of them has no fix.

    A target is either `variable = call`, for the statement that holds both, or the text of an inline call; `#2` at its
    end means the second such place.
    """
    raw = source.encode() if isinstance(source, str) else source
    root = parse("a.go", raw).root
    fixes = [_fix(raw, root, target, release, untyped) for target in targets]
    findings = [Finding("GM101", str(n), Place("a.go", 1, 1, 1, 1), fixes=(f,)) for n, f in enumerate(fixes) if f]
    if len(findings) < len(targets):
        return None
    return apply(Report(tuple(findings), sources={"a.go": raw}))["a.go"].decode()


def _fix(raw: bytes, root: Node, target: str, release: str, untyped: bool) -> Fix | None:
    target, _, number = target.partition("#")
    variable, _, callee = target.rpartition(" = ")
    calls = [one for one in matches(root, "(call_expression) @call", "call") if text(one).startswith(callee)]
    call = calls[int(number or 1) - 1]
    if not variable:
        return free_inline(raw, root, call, release, "a.go", untyped)
    statement = call
    while statement.parent is not None and statement.parent.type not in ("statement_list", "if_statement"):
        statement = statement.parent
    return free_after(raw, root, statement, variable, release, "a.go", untyped)


def body(*lines: str) -> str:
    """A file with one function of these lines, each indented by one tab more than written."""
    return PREAMBLE + "func f(s string, n int) {\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def mended_body(lines: list[str], *targets: str, release: str = "free", untyped: bool = False) -> list[str] | None:
    """The lines of the function after the repair; the rest of the file must be as it was."""
    done = mended(body(*lines), *targets, release=release, untyped=untyped)
    if done is None:
        return None
    assert done.startswith(PREAMBLE)
    return [line[1:] for line in done[len(PREAMBLE) :].splitlines()[1:-1]]


FREE = "defer C.free(unsafe.Pointer(cs))"
CASES: dict[str, tuple[list[str], tuple[str, ...], list[str]]] = {
    "short variable declaration": (
        ["cs := C.CString(s)", "C.count(cs)"],
        ("cs = C.CString",),
        ["cs := C.CString(s)", FREE, "C.count(cs)"],
    ),
    "a comment behind": (
        ["cs := C.CString(s) // mine", "C.count(cs)"],
        ("cs = C.CString",),
        ["cs := C.CString(s) // mine", FREE, "C.count(cs)"],
    ),
    "var declaration": (
        ["var cs *C.char = C.CString(s)", "C.count(cs)"],
        ("cs = C.CString",),
        ["var cs *C.char = C.CString(s)", FREE, "C.count(cs)"],
    ),
    "assignment": (
        ["var cs *C.char", "cs = C.CString(s)", "C.count(cs)"],
        ("cs = C.CString",),
        ["var cs *C.char", "cs = C.CString(s)", FREE, "C.count(cs)"],
    ),
    "one of two": (
        ["cs, other := C.CString(s), n", "C.count(cs)", "_ = other"],
        ("cs = C.CString",),
        ["cs, other := C.CString(s), n", FREE, "C.count(cs)", "_ = other"],
    ),
    "both of two": (
        ["a, b := C.CString(s), C.CString(s)", "C.both(a, b)"],
        ("a = C.CString", "b = C.CString"),
        [
            "a, b := C.CString(s), C.CString(s)",
            "defer C.free(unsafe.Pointer(a))",
            "defer C.free(unsafe.Pointer(b))",
            "C.both(a, b)",
        ],
    ),
    "malloc is unsafe.Pointer already": (
        ["p := C.malloc(8)", "C.memset(p, 0, 8)"],
        ("p = C.malloc",),
        ["p := C.malloc(8)", "defer C.free(p)", "C.memset(p, 0, 8)"],
    ),
    "converted malloc": (
        ["p := (*C.int)(C.malloc(8))", "*p = 3"],
        ("p = C.malloc",),
        ["p := (*C.int)(C.malloc(8))", "defer C.free(unsafe.Pointer(p))", "*p = 3"],
    ),
    "in a nested block": (
        ["if n > 0 {", "\tcs := C.CString(s)", "\tC.count(cs)", "}"],
        ("cs = C.CString",),
        ["if n > 0 {", "\tcs := C.CString(s)", f"\t{FREE}", "\tC.count(cs)", "}"],
    ),
    "the same name in other blocks": (
        ["if n > 0 {", "\tcs := n", "\t_ = cs", "}", "cs := C.CString(s)", "C.count(cs)"],
        ("cs = C.CString",),
        ["if n > 0 {", "\tcs := n", "\t_ = cs", "}", "cs := C.CString(s)", FREE, "C.count(cs)"],
    ),
    "in a case": (
        ["switch n {", "case 1:", "\tcs := C.CString(s)", "\tC.count(cs)", "}"],
        ("cs = C.CString",),
        ["switch n {", "case 1:", "\tcs := C.CString(s)", f"\t{FREE}", "\tC.count(cs)", "}"],
    ),
    "in a function literal in a loop": (
        ["for range n {", "\tfunc() {", "\t\tcs := C.CString(s)", "\t\tC.count(cs)", "\t}()", "}"],
        ("cs = C.CString",),
        ["for range n {", "\tfunc() {", "\t\tcs := C.CString(s)", f"\t\t{FREE}", "\t\tC.count(cs)", "\t}()", "}"],
    ),
    "explicit releases go": (
        [
            "cs := C.CString(s)",
            "if n == 0 {",
            "\treturn",
            "}",
            "if n == 1 {",
            "\tC.free(unsafe.Pointer(cs))",
            "\treturn",
            "}",
            "C.count(cs)",
            "C.free(unsafe.Pointer(cs))",
        ],
        ("cs = C.CString",),
        ["cs := C.CString(s)", FREE, "if n == 0 {", "\treturn", "}", "if n == 1 {", "\treturn", "}", "C.count(cs)"],
    ),
    "inline": (["C.count(C.CString(s))"], ("C.CString",), ["cs := C.CString(s)", FREE, "C.count(cs)"]),
    "inline in a conversion": (
        ["C.block_free(unsafe.Pointer(C.CString(s)))"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "C.block_free(unsafe.Pointer(cs))"],
    ),
    "inline in a declaration": (
        ["k := int(C.count(C.CString(s))) + 1", "_ = k"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "k := int(C.count(cs)) + 1", "_ = k"],
    ),
    "inline with errno": (
        ["_, err := C.count(C.CString(s))", "_ = err"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "_, err := C.count(cs)", "_ = err"],
    ),
    "inline twice": (
        ["C.both(C.CString(s), C.CString(errEmpty.Error()))"],
        ("C.CString(s)", "C.CString(errEmpty"),
        [
            "cs := C.CString(s)",
            FREE,
            "cs2 := C.CString(errEmpty.Error())",
            "defer C.free(unsafe.Pointer(cs2))",
            "C.both(cs, cs2)",
        ],
    ),
    "inline beside a name that is taken": (
        ["cs, cs3 := n, n", "C.both(C.CString(s), C.CString(s))", "_, _ = cs, cs3"],
        ("C.CString(s)#1", "C.CString(s)#2"),
        [
            "cs, cs3 := n, n",
            "cs2 := C.CString(s)",
            "defer C.free(unsafe.Pointer(cs2))",
            "cs4 := C.CString(s)",
            "defer C.free(unsafe.Pointer(cs4))",
            "C.both(cs2, cs4)",
            "_, _ = cs, cs3",
        ],
    ),
    "inline in a condition": (
        ["if C.count(C.CString(s)) > 3 || n > 0 {", "\treturn", "}"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "if C.count(cs) > 3 || n > 0 {", "\treturn", "}"],
    ),
    "inline in an initializer": (
        ["if k := C.count(C.CString(s)); k > 3 {", "\treturn", "}"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "if k := C.count(cs); k > 3 {", "\treturn", "}"],
    ),
    "inline in a switch": (
        ["switch C.count(C.CString(s)) {", "case 1:", "}"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "switch C.count(cs) {", "case 1:", "}"],
    ),
    "inline in a deferred call": (
        ["defer C.count(C.CString(s))"],
        ("C.CString",),
        ["cs := C.CString(s)", FREE, "defer C.count(cs)"],
    ),
    "an allocation and an inline one on the next line": (
        ["a := C.CString(s)", "C.both(a, C.CString(s))"],
        ("a = C.CString", "C.CString(s)#2"),
        [
            "a := C.CString(s)",
            "defer C.free(unsafe.Pointer(a))",
            "cs := C.CString(s)",
            FREE,
            "C.both(a, cs)",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_repairs(name: str) -> None:
    lines, targets, expected = CASES[name]
    assert mended_body(lines, *targets) == expected


def test_other_releases() -> None:
    typed = mended_body(["t := C.thing_new(1)", "_ = t.id"], "t = C.thing_new", release="C.thing_free")
    assert typed == ["t := C.thing_new(1)", "defer C.thing_free(t)", "_ = t.id"]
    lines = ["p := C.block()", "C.memset(p, 0, 8)"]
    untyped = mended_body(lines, "p = C.block", release="block_free", untyped=True)
    assert untyped == ["p := C.block()", "defer C.block_free(unsafe.Pointer(p))", "C.memset(p, 0, 8)"]


RETURNING = PREAMBLE + "func f(s string) (int, error) {\n\treturn int(C.count(C.CString(s))), nil\n}\n"


def test_a_return_statement() -> None:
    done = mended(RETURNING, "C.CString")
    assert done is not None
    assert done.endswith(f"\tcs := C.CString(s)\n\t{FREE}\n\treturn int(C.count(cs)), nil\n}}\n")


SILENT: dict[str, tuple[list[str], str]] = {
    "in a loop": (["for {", "\tcs := C.CString(s)", "\tC.count(cs)", "}"], "cs = C.CString"),
    "a label is jumped to": (["again:", "cs := C.CString(s)", "goto again"], "cs = C.CString"),
    "behind a goto": (["if n > 0 {", "\tgoto end", "}", "{", "\tcs := C.CString(s)", "}", "end:"], "cs = C.CString"),
    "the blank name": (["_ = C.CString(s)"], "_ = C.CString"),
    "an initializer": (["if cs := C.CString(s); cs != nil {", "}"], "cs = C.CString"),
    "a field": (["var t struct{ cs *C.char }", "t.cs = C.CString(s)"], "cs = C.CString"),
    "a number": (["cs := uintptr(unsafe.Pointer(C.CString(s)))", "_ = cs"], "cs = C.CString"),
    "copied": (["cs := C.CString(s)", "other := cs", "_ = other"], "cs = C.CString"),
    "stored": (["cs := C.CString(s)", "_ = []*C.char{cs}"], "cs = C.CString"),
    "appended": (["var l []*C.char", "cs := C.CString(s)", "l = append(l, cs)"], "cs = C.CString"),
    "sent": (["cs := C.CString(s)", "make(chan *C.char, 1) <- cs"], "cs = C.CString"),
    "its address is taken": (["cs := C.CString(s)", "p := &cs", "_ = p"], "cs = C.CString"),
    "assigned again": (["cs := C.CString(s)", "cs = nil"], "cs = C.CString"),
    "in a goroutine": (["cs := C.CString(s)", "go C.count(cs)"], "cs = C.CString"),
    "in a closure": (["cs := C.CString(s)", "func() { C.count(cs) }()"], "cs = C.CString"),
    "freed under a condition": (
        ["cs := C.CString(s)", "if n > 0 {", "\tC.free(unsafe.Pointer(cs))", "\tn = 0", "}"],
        "cs = C.CString",
    ),
    "freed by a defer": (["cs := C.CString(s)", "if n > 0 {", f"\t{FREE}", "}"], "cs = C.CString"),
    "one of two makers": (
        ["var cs *C.char", "if n > 0 {", "\tcs = C.CString(s)", "}", "C.free(unsafe.Pointer(cs))"],
        "cs = C.CString",
    ),
    "more on the line": (["cs := C.CString(s); C.count(cs)"], "cs = C.CString"),
    "inline in a loop": (["for {", "\tC.count(C.CString(s))", "}"], "C.CString"),
    "inline in the condition of a loop": (["for C.count(C.CString(s)) > 0 {", "}"], "C.CString"),
    "inline, but alone": (["C.CString(s)"], "C.CString"),
    "inline, but held": (["p := unsafe.Pointer(C.CString(s))", "_ = p"], "C.CString"),
    "inline in a literal": (["_ = []*C.char{C.CString(s)}"], "C.CString"),
    "inline in append": (["var l []*C.char", "l = append(l, C.CString(s))"], "C.CString"),
    "inline in a goroutine": (["go C.count(C.CString(s))"], "C.CString"),
    "inline on the right of and": (["_ = n > 0 && C.count(C.CString(s)) > 0"], "C.CString"),
    "inline in else if": (["if n > 0 {", "} else if C.count(C.CString(s)) > 0 {", "}"], "C.CString"),
    "inline behind an initializer": (["if k := n; C.count(C.CString(s)) > C.int(k) {", "}"], "C.CString"),
    "inline behind a call": (["C.both(C.first(), C.CString(errEmpty.Error()))"], "C.CString"),
    "inline with a literal function": (["C.count(C.CString(func() string { return s }()))"], "C.CString"),
    "inline in a case": (["switch {", "case C.count(C.CString(s)) > 0:", "}"], "C.CString"),
}


@pytest.mark.parametrize("name", SILENT)
def test_holds_back(name: str) -> None:
    lines, target = SILENT[name]
    assert mended(body(*lines), target) is None


def test_holds_back_where_types_are_unknown() -> None:
    lines = ["t := (*C.thing)(unsafe.Pointer(C.thing_new(1)))", "_ = t"]
    assert mended(body(*lines), "t = C.thing_new", release="thing_free") is None
    assert mended(body("cs := C.CString(s)", "C.count(cs)"), "cs = C.CString", release="cs.Close") is None
    assert mended(body("cs := C.GoString(C.first())"), "cs = C.GoString") is None


HEAD = "package sample\n\n"
USE = "\nfunc f(s string) {\n\tC.puts(C.CString(s))\n}\n"
MENDED = f"\nfunc f(s string) {{\n\tcs := C.CString(s)\n\t{FREE}\n\tC.puts(cs)\n}}\n"
NEEDS: dict[str, tuple[str, str]] = {
    "no preamble and no other import": (
        'import "C"\n',
        '// #include <stdlib.h>\nimport "C"\n\nimport "unsafe"\n',
    ),
    "block": (
        '/*\n#include <stdio.h>\n\nstatic int x;\n*/\nimport "C"\n\nimport "unsafe"\n',
        '/*\n#include <stdio.h>\n#include <stdlib.h>\n\nstatic int x;\n*/\nimport "C"\n\nimport "unsafe"\n',
    ),
    "block on one line": (
        '/* #include <stdio.h> */\nimport "C"\nimport "unsafe"\n',
        '/* #include <stdio.h>\n#include <stdlib.h>\n*/\nimport "C"\nimport "unsafe"\n',
    ),
    "block without an include": (
        '/*\n#cgo CFLAGS: -O1\n#define A \\\n\t1\n\nint puts(const char *);\n*/\nimport "C"\nimport "unsafe"\n',
        "/*\n#cgo CFLAGS: -O1\n#define A \\\n\t1\n\n#include <stdlib.h>\nint puts(const char *);\n*/\n"
        'import "C"\nimport "unsafe"\n',
    ),
    "lines": (
        '// #include <stdio.h>\n// static int x;\nimport "C"\nimport "unsafe"\n',
        '// #include <stdio.h>\n// #include <stdlib.h>\n// static int x;\nimport "C"\nimport "unsafe"\n',
    ),
    "tight lines, the include last": (
        '//#include <stdio.h>\nimport "C"\nimport "unsafe"\n',
        '//#include <stdio.h>\n//#include <stdlib.h>\nimport "C"\nimport "unsafe"\n',
    ),
    "a conditional include": (
        '/*\n#include <stdio.h>\n#ifdef _WIN32\n#include <windows.h>\n#endif\n*/\nimport "C"\nimport "unsafe"\n',
        "/*\n#include <stdio.h>\n#include <stdlib.h>\n#ifdef _WIN32\n#include <windows.h>\n#endif\n*/\n"
        'import "C"\nimport "unsafe"\n',
    ),
    "a group with C alone": (
        '// #include <stdio.h>\nimport (\n\t"C"\n)\n',
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport (\n\t"C"\n)\n\nimport "unsafe"\n',
    ),
    "a group with C and others": (
        'import (\n\t// #include <stdio.h>\n\t"C"\n\t"fmt"\n)\n\nvar _ = fmt.Sprint()\n',
        'import (\n\t// #include <stdio.h>\n\t// #include <stdlib.h>\n\t"C"\n\t"fmt"\n\t"unsafe"\n)\n\n'
        "var _ = fmt.Sprint()\n",
    ),
    "the middle of a group": (
        '// #include <stdio.h>\nimport "C"\n\nimport (\n\t"os"\n\tutf "unicode/utf8"\n)\n\n'
        "var _ = os.Args\nvar _ = utf.RuneLen\n",
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport (\n\t"os"\n'
        '\tutf "unicode/utf8"\n\t"unsafe"\n)\n\nvar _ = os.Args\nvar _ = utf.RuneLen\n',
    ),
    "the group of the standard library": (
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport (\n\t"os"\n\n'
        '\t"example.com/sample/other"\n)\n\nvar _ = os.Args\nvar _ = other.X\n',
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport (\n\t"os"\n\t"unsafe"\n\n'
        '\t"example.com/sample/other"\n)\n\nvar _ = os.Args\nvar _ = other.X\n',
    ),
    "a group without the standard library": (
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport (\n'
        '\t"example.com/sample/other"\n)\n\nvar _ = other.X\n',
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport (\n\t"unsafe"\n\n'
        '\t"example.com/sample/other"\n)\n\nvar _ = other.X\n',
    ),
    "C last": (
        'import "os"\n\n// #include <stdio.h>\nimport "C"\n\nvar _ = os.Args\n',
        'import "os"\n\n// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\n\nimport "unsafe"\n\n'
        "var _ = os.Args\n",
    ),
    "nothing": (
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\nimport "unsafe"\n',
        '// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\nimport "unsafe"\n',
    ),
}


@pytest.mark.parametrize("name", NEEDS)
def test_what_the_repair_needs_is_added(name: str) -> None:
    before, after = NEEDS[name]
    assert mended(HEAD + before + USE, "C.CString") == HEAD + after + MENDED


def test_unsafe_by_another_name() -> None:
    head = 'package sample\n\n// #include <stdio.h>\n// #include <stdlib.h>\nimport "C"\nimport u "unsafe"\n'
    done = mended(head + USE, "C.CString")
    assert done == head + MENDED.replace("unsafe.Pointer", "u.Pointer")
    assert mended(head.replace("u ", "") + "\nfunc g(unsafe int) {}\n" + USE, "C.CString") is not None
    assert mended(head.replace("import u", "//") + "\nfunc g(unsafe int) {}\n" + USE, "C.CString") is None


def test_carriage_returns_stay() -> None:
    before = 'package sample\n\n/*\n#include <stdio.h>\n*/\nimport "C"\n' + USE
    done = mended(before.replace("\n", "\r\n"), "C.CString")
    assert done is not None and done.count("\n") == done.count("\r\n")
    assert done.replace("\r\n", "\n") == mended(before, "C.CString")


def test_a_file_without_cgo_has_no_fix() -> None:
    assert mended("package sample\n" + USE, "C.CString") is None


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every mended file as a package of one module."""
    root = tmp_path_factory.mktemp("mended")
    (root / "go.mod").write_text("module example.com/sample\n\ngo 1.22\n")
    (root / "other").mkdir()
    (root / "other" / "other.go").write_text("package other\n\n// X is used.\nvar X = 1\n")
    texts = [mended(body(*lines), *targets) for lines, targets, _ in CASES.values()]
    texts += [
        mended(HEAD + before + USE, "C.CString")
        for name, (before, _) in NEEDS.items()
        if name != "no preamble and no other import"
    ]
    texts += [mended(RETURNING, "C.CString")]
    for number, content in enumerate(texts):
        (root / f"p{number}").mkdir()
        assert content is not None
        (root / f"p{number}" / "a.go").write_text(content.replace("package sample", f"package p{number}", 1))
    return root


@pytest.mark.skipif(not shutil.which("gofmt"), reason="no gofmt")
def test_the_results_are_formatted(written: Path) -> None:
    done = subprocess.run(["gofmt", "-l", "-d", "."], cwd=written, capture_output=True, text=True)
    assert done.stdout == "" and done.returncode == 0


@pytest.mark.skipif(not (shutil.which("go") and shutil.which("gcc")), reason="no Go or no C compiler")
def test_the_results_compile(written: Path) -> None:
    done = subprocess.run(["go", "build", "./..."], cwd=written, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
