"""A finalizer on something that cannot have it: a value, the inside of an object, a copied variable, or set twice.

## Why is this bad

`runtime.SetFinalizer` wants a pointer to the beginning of an object on the heap that has no finalizer yet, and a
function that takes such a pointer. Where it can tell, it throws, which no `recover` catches, and the program is gone.
Where it cannot, the finalizer runs at the wrong time or never:

- A finalizer on `&v` watches the *variable* `v`. If `v` is a slice, map or struct that is returned by value, the caller
  has a copy; the variable dies when the function returns, and the finalizer releases what the copy still uses.
- A package-level variable is never collected, so its finalizer never runs.

## Example

```go
package example

import (
    "os"
    "runtime"
    "syscall"
)

func Map(f *os.File, size int) (data []byte, err error) {
    data, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
    if err != nil {
        return nil, err
    }
    runtime.SetFinalizer(&data, func(data *[]byte) { syscall.Munmap(*data) })
    return data, nil
}
```

## Use instead

Return a pointer to an object that owns the resource, and watch that object.

```go
package example

import (
    "os"
    "runtime"
    "syscall"
)

type Mapping struct {
    Data []byte
}

func Map(f *os.File, size int) (*Mapping, error) {
    data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
    if err != nil {
        return nil, err
    }
    m := &Mapping{data}
    runtime.SetFinalizer(m, (*Mapping).Close)
    return m, nil
}

func (m *Mapping) Close() error {
    runtime.SetFinalizer(m, nil)
    return syscall.Munmap(m.Data)
}
```

## Silent when

- The address of the variable is what leaves: `return &v`.
- The inner pointer points to the first field, which is where the object begins, or to something small without
  pointers, which the runtime lets pass. Cleanups may have inner pointers.
- The first finalizer is cleared before the second one is set, or the variable gets a new value between.
- The type of the argument cannot be told, or is an interface.

## Can miss

- Two finalizers that are set in different functions, unless one of them returns the object to the other.
- Inner pointers through an index that is no constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.misplaced import Fault, Misplaced, misplaced
from golint_mem.semantics.finalizers.registrations import Way
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM205", name="finalizer-misplaced", needs=(b"SetFinalizer", b"AddCleanup"), level="error", precision="high"
)
_MESSAGES = {
    Fault.NO_POINTER: "runtime.{call} throws here: its first argument is a {what}, not a pointer",
    Fault.INNER_POINTER: "runtime.{call} throws here: `&{what}` points into an object, not to its beginning",
    Fault.PACKAGE_LEVEL: "this {way} never runs: `{what}` is a package-level variable and is never collected",
    Fault.COPIED: "this {way} watches the variable `{what}`, but callers get a copy of its value and outlive it",
    Fault.TWICE: "runtime.{call} throws here: `{what}` has a finalizer already",
    Fault.WRONG_PARAMETER: "runtime.{call} throws here: {what}",
}
_OTHER = {Fault.COPIED: "the value leaves here", Fault.TWICE: "the first finalizer is set here"}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every registration that throws, or watches the wrong thing."""
    for one in misplaced(package):
        if one.registration.path in package.asked:
            yield _finding(one)


def _finding(one: Misplaced) -> Finding:
    armed = one.registration
    here = place(armed.path, armed.call)
    way = armed.way.value
    call = "SetFinalizer" if armed.way is Way.FINALIZER else "AddCleanup"
    other = (Step(place(armed.path, one.other), _OTHER[one.fault]),) if one.other is not None else ()
    return Finding(
        RULE.code,
        _MESSAGES[one.fault].format(call=call, way=way, what=one.what),
        here,
        related=other,
        confidence=Confidence.LIKELY if one.fault is Fault.COPIED else Confidence.CERTAIN,
        rank=80.0,
        function=armed.function.qualified if armed.function is not None else "",
        subject=one.what,
    )
