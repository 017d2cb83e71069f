"""The vocabulary of generated programs: what makes memory, what gives it back, and who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TEXT = "*C.char"
RAW = "unsafe.Pointer"
SLICE = "[]*C.char"

FEATURES = {
    "branch": "if and else, on bits of the input",
    "switch": "switch with several cases, with and without default",
    "loop": "loops over a condition, a counter or for ever, with break and continue",
    "label": "labelled break and continue",
    "return": "early returns",
    "defer": "deferred frees",
    "closure": "function literals, called on the spot or deferred",
    "cleanup": "function literals in variables",
    "helper": "helper functions in Go",
    "c": "makers and releases in the preamble",
    "alias": "aliases and conversions",
    "reassign": "variables that get new memory",
    "nil": "variables that may be nil, and nil checks",
    "fail": "makers in C that may fail, and checks for it",
    "error": "makers with an error result",
    "move": "stores into a global registry",
    "result": "memory that is returned to the caller",
    "flag": "flags and bool parameters that several branches test",
    "named": "named results that a deferred function looks at",
    "goto": "goto the end of the function",
    "field": "fields of local structs",
    "method": "methods and functions that free a field",
    "inline": "memory that never has a name",
    "out": "makers with an out parameter",
    "init": "if with an initializer that makes memory",
    "parallel": "parallel assignments",
    "realloc": "realloc to another variable, which may fail",
    "shadow": "inner variables of the same name",
    "slice": "slices that own memory, filled and emptied in loops",
    "panic": "panics in a function that recovers",
    "copy": "copies to Go with C.GoString",
    "lateloop": "defer in loops",
    "caseflag": "switch cases that test what other branches test",
    "handback": "makers that return a function which frees",
    "stale": "memory is freed again, or used after it was freed, although the registry holds it or the caller gets it",
}
"""What a generated program may consist of, by the name that `--features` takes."""


UNSETTLED = {
    "named": "what is assigned to a named error result is forgotten, unless another branch tests it as well",
    "caseflag": "cases of a switch without a value do not say what they test",
    "lateloop": "a function literal that a loop defers sees the flags of the last round",
    "handback": "memory belongs to the returned function, and whether that is called is not followed",
    "stale": "memory in a container is taken to stand for several",
}
"""The features about which the analysis is known to be wrong, each with the reason; the test leaves them out."""


@dataclass(eq=False)
class Variable:
    """A pointer variable while its scope is being generated.

    `owner` says that the generator means to give its memory back at the end of its scope, `guard` names a flag that
    tells whether that is done already, `cleanup` a function literal that does it, `holder` is the address of the struct
    that the variable is a field of, `may_be_nil` says that no memory may be there, `by_value` that a deferred call has
    the pointer already, `on_error` that a deferred function frees it where an error is returned, `dead` that its memory
    is gone.
    """

    name: str
    kind: str
    owner: bool = False
    guard: str = ""
    cleanup: str = ""
    holder: str = ""
    may_be_nil: bool = False
    by_value: bool = False
    on_error: bool = False
    dead: bool = False


def maker(rng: Random, kind: str, features: frozenset[str]) -> str:
    """An expression of a type that makes memory."""
    plain = {TEXT: ['C.CString("text")', "(*C.char)(C.malloc(16))"], RAW: ["C.malloc(16)", "C.calloc(2, 8)"]}
    in_go = {
        TEXT: ['makeText("text")', 'makeTwice("text")', "(*C.char)(makeBuffer(16))"],
        RAW: ["makeBuffer(16)", 'unsafe.Pointer(makeText("text"))'],
    }
    in_c = {TEXT: ["C.c_text()", "C.c_buffer(16)", "C.c_wrapped()"], RAW: ["unsafe.Pointer(C.c_text())"]}
    choices = list(plain[kind])
    if "helper" in features:
        choices += in_go[kind]
    if "c" in features:
        choices += in_c[kind]
    return rng.choice(choices)


def fallible_maker(rng: Random) -> str:
    """An expression that makes text memory in C, and may fail."""
    return rng.choice(["C.c_text()", "C.c_buffer(16)", "C.c_wrapped()"])


def as_kind(name: str, have: str, want: str) -> str:
    """A variable as an expression of the wanted type."""
    if have == want:
        return name
    return f"unsafe.Pointer({name})" if want == RAW else f"(*C.char)({name})"


def release(rng: Random, name: str, kind: str, features: frozenset[str]) -> str:
    """A call that frees a variable's memory."""
    raw, text = as_kind(name, kind, RAW), as_kind(name, kind, TEXT)
    choices = [f"C.free({raw})"] * 2
    if "helper" in features:
        choices += [f"drop({text})", f"dropRaw({raw})", f"dropFar({text})"]
    if "c" in features:
        choices += [f"C.c_drop({text})", f"C.c_drop_checked({text})"]
    return rng.choice(choices)


def move(rng: Random, name: str, kind: str, features: frozenset[str]) -> str:
    """A statement that stores a variable's memory in the registry."""
    choices = [f"registry = append(registry, {as_kind(name, kind, RAW)})"]
    if "helper" in features:
        choices.append(f"register({as_kind(name, kind, TEXT)})")
    return rng.choice(choices)


def look(rng: Random, name: str, kind: str, features: frozenset[str]) -> str:
    """A statement that reads a variable's memory, and does nothing where it is nil."""
    text = as_kind(name, kind, TEXT)
    choices = [f"C.c_look({text})"]
    if "helper" in features:
        choices.append(f"look({text})")
    if "copy" in features:
        choices.append(f"_ = C.GoString({text})")
    return rng.choice(choices)
