"""A pointer that C code lends to a Go callback, wrapped in an object whose finalizer releases it.

## Why is this bad

A C library passes its own objects to a callback: the repository it is working on, the message it is about to handle.
They are the library's, and it goes on using them after the callback. A constructor that is right everywhere else sets a
finalizer on the wrapper; some time after the callback has returned, the collector takes the wrapper, and the finalizer
frees what the library still uses.

## Example

```go
package example

/*
#include <stdlib.h>

typedef struct item { int value; } item;
static void item_free(item *i) { free(i); }
*/
import "C"

import "runtime"

type Item struct {
    ptr *C.item
}

func newItem(ptr *C.item) *Item {
    i := &Item{ptr: ptr}
    runtime.SetFinalizer(i, (*Item).Free)
    return i
}

func (i *Item) Free() {
    runtime.SetFinalizer(i, nil)
    C.item_free(i.ptr)
}

var handler func(*Item)

//export onItem
func onItem(ptr *C.item) {
    handler(newItem(ptr))
}
```

## Use instead

Wrap it without a finalizer, or take a reference of your own first where the library has them.

```go
package example

/*
#include <stdlib.h>

typedef struct item { int value; } item;
static void item_free(item *i) { free(i); }
*/
import "C"

import "runtime"

type Item struct {
    ptr *C.item
}

func newItem(ptr *C.item) *Item {
    i := &Item{ptr: ptr}
    runtime.SetFinalizer(i, (*Item).Free)
    return i
}

func (i *Item) Free() {
    runtime.SetFinalizer(i, nil)
    C.item_free(i.ptr)
}

var handler func(*Item)

//export onItem
func onItem(ptr *C.item) {
    handler(&Item{ptr: ptr})
}
```

## Silent when

- The callback clears the finalizer of the wrapper, or sets a field that the finalizer asks for, such as `borrowed`.
- The callback or the constructor calls something that is named `ref`, `retain`, `dup`, `copy` or `clone`.
- The function is not exported to C with `//export`.

## Can miss

- Pointers that a C function lends as its result, such as `thing_owner`.
- Wrappers that are made by methods, or by constructors of constructors of constructors.

There are callbacks to which the library gives its objects for good. The library's documentation says so; the names do
not, and such a callback is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.borrowed import Borrowed, borrowed
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM207", name="finalizer-on-borrowed", needs=(b"//export",), level="warning", precision="medium")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every lent pointer that gets a finalizer."""
    for one in borrowed(package):
        if one.function.path in package.asked:
            yield _finding(one)


def _finding(one: Borrowed) -> Finding:
    here = place(one.function.path, one.call)
    armed = place(one.registration.path, one.registration.call)
    made = text(one.call.child_by_field_name("function"))
    return Finding(
        RULE.code,
        f"`{made}` sets a finalizer that will call {one.by} on `{one.pointer}`, which C code only lends to the callback"
        f" `{one.function.name}`",
        here,
        threads=((Step(here, "the lent pointer is wrapped here"), Step(armed, f"its finalizer will call {one.by}")),),
        function=one.function.qualified,
        subject=one.pointer,
    )
