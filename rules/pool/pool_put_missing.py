"""An object that some paths through a function put back into its pool and others do not.

## Why is this bad

It is no leak: the garbage collector takes the object. But the pool gets emptier with each such path and the next `Get`
has to make a new object, so the pool stops helping exactly when things go wrong, under errors and retries. Where the
object holds a descriptor or C memory, that is lost with it.

## Example

```go
package example

import (
    "bytes"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func text(r io.Reader) (string, error) {
    buf := buffers.Get().(*bytes.Buffer)
    buf.Reset()
    if _, err := buf.ReadFrom(io.LimitReader(r, 1024)); err != nil {
        return "", err
    }
    s := buf.String()
    buffers.Put(buf)
    return s, nil
}
```

## Use instead

Put it back with `defer`, right after `Get`.

```go
package example

import (
    "bytes"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func text(r io.Reader) (string, error) {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    if _, err := buf.ReadFrom(io.LimitReader(r, 1024)); err != nil {
        return "", err
    }
    return buf.String(), nil
}
```

## Silent when

- No path of the function puts the object back, or one hands it to somebody else: then it may be meant.
- The path drops the object on purpose: it is too large (`cap`), another one takes its place, or the path panics.
- A callee puts it back on some of its paths.
- It is put back only where a call of somebody unknown fails that gets it: that one owns it where it succeeds.

## Can miss

- Objects whose `Put` is another function's duty.
- Panics in callees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.pools import POOLED
from golint_mem.semantics.repair.pool import defer_put
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.syntax.around import around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM403", name="pool-put-missing", needs=(b"ool",), level="note", precision="high")
_FAILURES = "(if_statement) @found"
_NAMES = "(identifier) @name"
_CALLS = frozenset({"call_expression"})
_ON_PURPOSE = re.compile(r"(?i)\bcap\(|\.cap\(\)|\.available\(\)|maxsize|toolarge|`len\([\w.*]+\) >")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every object that a path forgets to put back."""
    for lapse in package.typestate(POOLED).lapses:
        if lapse.kind in (Kind.LEAKED, Kind.OVERWRITTEN) and _is_forgotten(lapse) and not _is_taken(package, lapse):
            fix = defer_put(package.view_of(lapse.function), lapse.call)
            held = f"`{lapse.subject}`" if lapse.subject else "an object"
            message = f"{held} is not put back into its pool on every path, so the pool has to make new ones"
            yield lapse.finding(RULE.code, message, rank=20, fixes=(fix,) if fix is not None else ())


def _is_forgotten(lapse: Lapse) -> bool:
    if not lapse.sometimes or lapse.handed or lapse.panics:
        return False
    if lapse.kind is Kind.OVERWRITTEN and not any("comes round" in step.message for step in lapse.steps):
        return False
    return not any(_ON_PURPOSE.search(step.message) for step in lapse.steps)


def _is_taken(package: PackageFacts, lapse: Lapse) -> bool:
    """Whether the last use of the object is a call, behind which only its failure puts the object back."""
    names = [one for one in matches(lapse.function.node, _NAMES, "name") if text(one) == lapse.subject]
    for statement in matches(lapse.function.node, _FAILURES, "found"):
        failed, before = statement.child_by_field_name("consequence"), statement.child_by_field_name("initializer")
        before = before or statement.prev_named_sibling
        if failed is None or before is None or not text(statement.child_by_field_name("condition")).endswith("!= nil"):
            continue
        behind = [one for one in names if one.start_byte >= before.end_byte]
        if behind and all(_within(one, failed) for one in behind):
            return any(_may_take(package, lapse, one, before) for one in names if _within(one, before))
    return False


def _may_take(package: PackageFacts, lapse: Lapse, name: Node, before: Node) -> bool:
    """Whether a statement hands the object to a callee of which nothing is known, as to a method of an interface."""
    call = around(name, _CALLS, before)
    callee = package.view_of(lapse.function).callee(call) if call is not None else None
    return callee is not None and callee.function is None and not (callee.facts and callee.facts.is_library)


def _within(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte
