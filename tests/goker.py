"""Holds golint-mem to the goroutine leaks that the Go distribution carries for its own leak profile.

    python -m tests.goker            # writes docs/goker.md
    python -m tests.goker --show     # prints the table only

The kernels stand in $GOROOT/src/runtime/testdata/testgoroutineleakprofile, and the leaks that the runtime finds in them
in $GOROOT/src/runtime/goroutineleakprofile_test.go (Go 1.26 or later). A kernel counts as found where golint-mem names,
with its default settings, a goroutine and an operation that the runtime's test expects.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from golint_mem.findings import Finding, Place
from golint_mem.pipeline import check
from golint_mem.settings import Settings
from golint_mem.syntax.go import matches, parse, text

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "goker.md"
_TEST = re.compile(r'^\t\tmake(?:Flaky)?Test\("(\w+)",?(.*?)\),\n(?=\t\t(?:make|//)|\t\})', re.M | re.S)
_EXPECTED = re.compile(r"`(.*?)`")
_FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")
_STATES = {
    "Lock": ("sync.Mutex.Lock", "sync.RWMutex.Lock"),
    "RLock": ("sync.RWMutex.RLock",),
    "Wait": ("sync.WaitGroup.Wait", "sync.Cond.Wait"),
}
WHY_NOT = {
    "SelectNoCases": "`select {}` is left to GM304, which flags it where what started the goroutine ends",
    "Grpc1275": "the read is called by `io.ReadFull`, whose body is not followed",
    "Hugo5379": "rendering recurses deeper than calls are followed",
    "Istio18454": "a timer is taken to fire again and again; here it has fired and was drained",
    "Kubernetes11298": "the lock that `Cond.Wait` gives back is held by another goroutine",
    "Moby21233": "the package's budget of states is used up before (it is found where the file stands alone)",
    "Kubernetes58107": "five goroutines, two of them in long loops: the scope's budget of states is used up",
}
"""What stands in the way, for kernels that are not found."""


@dataclass(frozen=True)
class Kernel:
    """A test of the runtime: its name, and the leaks it expects as regular expressions over `function(... [state]`."""

    name: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What golint-mem says about a kernel."""

    kernel: Kernel
    hit: str
    code: str
    others: int


def kernels(goroot: Path) -> Iterator[Kernel]:
    """The kernels for which the runtime's test expects leaks."""
    source = (goroot / "src/runtime/goroutineleakprofile_test.go").read_text()
    for name, body in _TEST.findall(source):
        expected = tuple(_EXPECTED.findall(body))
        if expected:
            yield Kernel(name, expected)


def outcomes(goroot: Path) -> list[Outcome]:
    """Analyse a copy of the kernels."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(goroot / "src/runtime/testdata/testgoroutineleakprofile", folder / "kernels")
        (folder / "go.mod").write_text("module kernels\n\ngo 1.26\n")
        report = check(Settings(root=folder, paths=("./...",), select=("GM3",)))
        found = [one for finding in report.findings for one in _leaks(finding, report.sources)]
    return [_outcome(kernel, found) for kernel in kernels(goroot)]


def _outcome(kernel: Kernel, found: list[tuple[str, str]]) -> Outcome:
    hits = [one for one in found if any(re.search(regex, one[0]) for regex in kernel.expected)]
    return Outcome(kernel, hits[0][0] if hits else "", hits[0][1] if hits else "", len(hits))


def _leaks(finding: Finding, sources: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The goroutines that a finding names, as the runtime prints them: `function(...) [state]`."""
    for thread in finding.threads:
        if "waits for ever" not in thread[-1].message:
            continue
        started, blocked = (_node(sources[step.place.path], step.place) for step in (thread[0], thread[-1]))
        for state in _states(blocked):
            for function in _names(started):
                yield f"{function}(...) [{state}]", finding.code


def _node(source: bytes, place: Place) -> Node:
    found = parse(place.path, source).root.descendant_for_byte_range(place.start, max(place.start, place.end - 1))
    assert found is not None
    return found


def _states(node: Node) -> tuple[str, ...]:
    """The state that the runtime gives a goroutine that waits at a node."""
    current: Node | None = node
    while current is not None:
        if current.type == "send_statement":
            return ("chan send", "chan send (nil chan)")
        if current.type == "select_statement":
            return ("select", "select (no cases)")
        if current.type in ("range_clause", "unary_expression"):
            return ("chan receive", "chan receive (nil chan)")
        if current.type == "call_expression":
            name = text(current.child_by_field_name("function")).rpartition(".")[2]
            return _STATES.get(name, (name,))
        current = current.parent
    return ()


def _names(node: Node) -> Iterator[str]:
    """What the runtime calls the function that a goroutine starts with; `node` is the function or the go statement."""
    current: Node | None = node
    while current is not None and current.type not in (*_FUNCTIONS, "call_expression"):
        current = current.parent
    if current is None:
        return
    if current.type != "call_expression":
        yield _name(current)
        return
    function = current.child_by_field_name("function")
    literals = matches(current, "(func_literal) @one", "one")
    if literals:
        yield _name(literals[0])
    elif function is not None:
        name = text(function.child_by_field_name("field") or function)
        root = current
        while root.parent is not None:
            root = root.parent
        for declared in matches(root, "[(function_declaration) (method_declaration)] @one", "one"):
            if text(declared.child_by_field_name("name")) == name:
                yield _name(declared)


def _name(node: Node) -> str:
    """The runtime's name of a function or literal: `(*Type).Method.func1.2`."""
    if node.type == "func_literal":
        outer = _parent(node)
        inside = [one.id for one in matches(outer, "(func_literal) @one", "one") if _parent(one).id == outer.id]
        number = inside.index(node.id) + 1
        return f"{_name(outer)}.{number}" if outer.type == "func_literal" else f"{_name(outer)}.func{number}"
    name = text(node.child_by_field_name("name"))
    receiver = re.search(r"(\*?)\s*(\w+)\)$", text(node.child_by_field_name("receiver")))
    if receiver is None:
        return name
    return f"(*{receiver[2]}).{name}" if receiver[1] else f"{receiver[2]}.{name}"


def _parent(node: Node) -> Node:
    current = node.parent
    while current is not None and current.type not in _FUNCTIONS:
        current = current.parent
    assert current is not None
    return current


def table(found: list[Outcome], version: str) -> str:
    """The page."""
    hits = sum(bool(one.hit) for one in found)
    lines = [
        "# The Go distribution's goroutine leaks",
        "",
        "What golint-mem finds of the leaks that Go carries as tests of its own goroutine-leak profile:",
        "`src/runtime/testdata/testgoroutineleakprofile`, with the GoKer kernels of GoBench among them. The goroutine",
        "and the operation have to be one that the runtime's test expects. Printed by `python -m tests.goker`, with",
        f"{version}.",
        "",
        f"Found: {hits} of {len(found)} ({100 * hits / len(found):.0f}%).",
        "",
        "| kernel | found | rule | goroutine and operation, or why not |",
        "| --- | --- | --- | --- |",
    ]
    for one in found:
        what = f"`{one.hit.removeprefix('main.')}`" if one.hit else WHY_NOT.get(one.kernel.name, "")
        lines.append(f"| {one.kernel.name} | {'yes' if one.hit else 'no'} | {one.code} | {what} |")
    return "\n".join(lines) + "\n"


def go_version() -> str:
    """The version of the Go distribution."""
    return subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout.strip()


def goroot() -> Path:
    """Where the Go distribution stands."""
    return Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())


def main() -> None:
    """Write or print the page."""
    page = table(outcomes(goroot()), go_version())
    if "--show" in sys.argv:
        print(page)
    else:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
