"""The typestate engine on small functions: what goes wrong with a value, and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from golint_mem.project.discover import discover
from golint_mem.semantics.package import Program
from golint_mem.semantics.typestate.lapse import Lapse
from golint_mem.semantics.typestate.protocol import RECEIVER, Protocol
from golint_mem.settings import Settings

POOLED = Protocol(
    name="pooled object", makes={"sync.Pool.Get": 0}, releases={"sync.Pool.Put": 0}, words=(b".Get(", b".Put(")
)
FILE = Protocol(
    name="file",
    makes={"os.Open": 0, "os.Create": 0},
    releases={"os.File.Close": RECEIVER},
    words=(b"os.Open", b"os.Create", b".Close("),
)
CANCEL = Protocol(
    name="cancel function", makes={"context.With*": 1}, releases={}, called=True, words=(b"context.With",)
)
HEADER = """package a

import ("bytes"; "context"; "errors"; "io"; "os"; "sync")

var pool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

type keeper struct { raw []byte; buf *bytes.Buffer; p sync.Pool }

func getBuf() *bytes.Buffer { return pool.Get().(*bytes.Buffer) }
func putBuf(b *bytes.Buffer) { pool.Put(b) }
func putSmall(b *bytes.Buffer) { if b.Cap() < 1000 { pool.Put(b) } }
func (k *keeper) get() *bytes.Buffer { return k.p.Get().(*bytes.Buffer) }
func upgrade(b *bytes.Buffer, n int) *bytes.Buffer { if n < 9 { return b }; putBuf(b); return getBuf() }
func open(name string) (*os.File, error) { f, err := os.Open(name); if err != nil { return nil, err }; return f, nil }

var _, _, _, _ = errors.New, io.EOF, os.Open, context.Background
"""


def lapses(tmp_path: Path, protocol: Protocol, source: str) -> list[str]:
    """The kinds of what goes wrong, each with its line in `source`."""
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.24\n")
    (tmp_path / "a.go").write_text(HEADER + source)
    packages, _ = discover(Settings(root=tmp_path))
    facts = Program(packages, Settings(root=tmp_path)).of(packages[0])
    first = HEADER.count("\n")
    found: tuple[Lapse, ...] = facts.typestate(protocol).lapses
    assert all(one.steps for one in found)
    return [f"{one.kind.name} {one.place.line - first}" for one in found]


POOL_CASES = {
    "a view is returned while a deferred release is pending": (
        "func f() []byte {\n b := getBuf()\n defer putBuf(b)\n return b.Bytes()\n}",
        ["RETURNED 4"],
    ),
    "a copy is returned": ("func f() string { b := getBuf(); defer putBuf(b); return b.String() }", []),
    "a clone is returned": (
        "func f() []byte { b := getBuf(); defer putBuf(b); return append([]byte(nil), b.Bytes()...) }",
        [],
    ),
    "an error branch leaves": (
        "func f(r io.Reader) error {\n b := getBuf()\n if _, err := b.ReadFrom(r); err != nil {\n  return err\n }\n"
        " putBuf(b)\n return nil\n}",
        ["LEAKED 2"],
    ),
    "given back twice on one path": (
        "func f() {\n b := getBuf()\n defer putBuf(b)\n if b.Len() > 3 { putBuf(b) }\n}",
        ["RELEASED_TWICE 3"],
    ),
    "conditions that exclude each other": (
        "func f(done bool) { b := getBuf(); if done { putBuf(b) }; if !done { b.Len(); putBuf(b) } }",
        [],
    ),
    "used afterwards": ("func f() int {\n b := getBuf()\n putBuf(b)\n return b.Len()\n}", ["USED 4"]),
    "a new value in the same variable": ("func f() { b := getBuf(); putBuf(b); b = getBuf(); b.Len(); putBuf(b) }", []),
    "an alias is used": ("func f() {\n b := getBuf()\n c := b\n putBuf(b)\n c.Reset()\n}", ["USED 5"]),
    "an argument that was evaluated early is stale": (
        "func f(n int) {\n b := getBuf()\n defer putBuf(b)\n b = upgrade(b, n)\n b.Reset()\n}",
        ["RELEASED_TWICE 3", "LEAKED 4"],
    ),
    "a closure reads the variable late": (
        "func f(n int) { b := getBuf(); defer func() { putBuf(b) }(); b = upgrade(b, n); b.Reset() }",
        [],
    ),
    "deferred calls run last one first": (
        "func f() {\n b := getBuf()\n defer b.Reset()\n defer putBuf(b)\n}",
        ["USED 3"],
    ),
    "a release that drops what is large": ("func f() { b := getBuf(); defer putSmall(b); b.Reset() }", []),
    "stored where the caller sees it": (
        "func (k *keeper) f() {\n b := k.get()\n k.raw = b.Bytes()\n k.p.Put(b)\n}",
        ["RETURNED 3"],
    ),
    "stored and taken away again": (
        "func (k *keeper) f() { b := k.get(); k.buf = b; k.buf = nil; k.p.Put(b) }",
        [],
    ),
    "a goroutine still uses it": (
        "func f() {\n b := getBuf()\n go func() { b.Reset() }()\n putBuf(b)\n}",
        ["HELD 3"],
    ),
    "a goroutine is waited for": (
        "func f() { var wg sync.WaitGroup; b := getBuf(); go func() { b.Reset(); wg.Done() }(); wg.Wait(); putBuf(b) }",
        [],
    ),
    "a goroutine gives it back": ("func f() { b := getBuf(); go func() { defer putBuf(b); b.Reset() }() }", []),
    "handed to the caller in a struct": ("func f() *keeper { return &keeper{buf: getBuf()} }", []),
    "a loop that gives back each": (
        "func f(n int) { for i := 0; i < n; i++ { b := getBuf(); b.Reset(); putBuf(b) } }",
        [],
    ),
    "a loop that skips the release": (
        "func f(n int) {\n for range n {\n  b := getBuf()\n  if b.Len() > 3 { continue }\n  putBuf(b)\n }\n}",
        ["OVERWRITTEN 3"],
    ),
}


@pytest.mark.parametrize(("source", "expected"), POOL_CASES.values(), ids=POOL_CASES)
def test_pooled(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert lapses(tmp_path, POOLED, source) == expected


FILE_CASES = {
    "no file where opening failed": (
        "func f() error { g, err := os.Open(``); if err != nil { return err }; return g.Close() }",
        [],
    ),
    "the same through a wrapper": (
        "func f() error { g, err := open(``); if err != nil { return err }; defer g.Close(); return nil }",
        [],
    ),
    "the second opening fails": (
        "func f() error {\n g, err := open(``)\n if err != nil { return err }\n h, err := open(``)\n"
        " if err != nil { return err }\n g.Close()\n h.Close()\n return nil\n}",
        ["LEAKED 2"],
    ),
    "never closed": ("func f() {\n g, err := os.Open(``)\n if err == nil { g.Name() }\n}", ["LEAKED 2"]),
    "returned": ("func f() (*os.File, error) { return os.Open(``) }", []),
    "panics are paths of their own": (
        "func f() { g, err := os.Open(``); if err != nil { panic(err) }; g.Close() }",
        [],
    ),
}


@pytest.mark.parametrize(("source", "expected"), FILE_CASES.values(), ids=FILE_CASES)
def test_files(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert lapses(tmp_path, FILE, source) == expected


CANCEL_CASES = {
    "called by a defer": (
        "func f(c context.Context) { d, cancel := context.WithCancel(c); defer cancel(); <-d.Done() }",
        [],
    ),
    "not called on one path": (
        "func f(c context.Context, early bool) {\n d, cancel := context.WithCancel(c)\n if early { return }\n"
        " <-d.Done()\n cancel()\n}",
        ["LEAKED 2"],
    ),
    "thrown away": ("func f(c context.Context) {\n d, _ := context.WithCancel(c)\n <-d.Done()\n}", ["OVERWRITTEN 2"]),
    "handed to the caller": (
        "func f(c context.Context) (context.Context, func()) { d, cancel := context.WithCancel(c); return d, cancel }",
        [],
    ),
}


@pytest.mark.parametrize(("source", "expected"), CANCEL_CASES.values(), ids=CANCEL_CASES)
def test_cancel_functions(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert lapses(tmp_path, CANCEL, source) == expected


def test_broken_code_and_the_bound(tmp_path: Path) -> None:
    assert lapses(tmp_path, POOLED, "func f( { b := pool.Get(; if b { putBuf(b") is not None
    branches = "".join(f" if n == {i} {{ b = getBuf() }}\n" for i in range(40))
    (tmp_path / "a.go").write_text(HEADER + f"func f(n int) {{\n b := getBuf()\n{branches} putBuf(b)\n}}")
    packages, _ = discover(Settings(root=tmp_path))
    facts = Program(packages, Settings(root=tmp_path)).of(packages[0])
    assert facts.typestate(POOLED).lapses
    assert {note.kind for note in facts.notifications} == {"bound-hit"}
