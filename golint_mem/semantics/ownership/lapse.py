"""What ownership analysis saw go wrong: the values that the rules of the cgo family turn into findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from golint_mem.findings import Confidence, Finding, Fix, Place, Step


class Kind(Enum):
    """The ways in which ownership of C memory goes wrong."""

    NEVER_FREED = "never freed on any path"
    SOMETIMES_FREED = "freed on some paths, leaked on this one"
    COPIED_AND_LOST = "the fresh result of a C function is copied to Go and then lost"
    DEFERRED_IN_LOOP = "freed by a defer that waits for the end of the function, in a loop"
    OVERWRITTEN = "the only pointer is overwritten"
    REALLOC_LOST = "realloc's argument is overwritten by its result, which may be nil"
    USED_AFTER_FREE = "used after it was freed"
    FREED_TWICE = "freed twice"
    WRONG_PARTNER = "released by a function that does not belong to its allocator"
    FIELD_NEVER_FREED = "stored in a field or container that nothing in the package releases"
    GO_POINTER_KEPT = "Go memory is handed to C code that keeps it after the call"
    FREED_WHILE_KEPT = "C memory is freed while C code still holds it"


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing that went wrong with one resource.

    `maker` and `release` name the function that makes the resource and the one that gives it back (`C.CString`,
    `C.free`); `subject` is the variable or expression that holds it, `origin` where it is made, `place` where to
    report, `culprit` the callee or field that the kind speaks of (the wrong partner, the keeping function, the
    field), `steps` the path from the making to the lapse.
    """

    kind: Kind
    maker: str
    release: str
    subject: str
    function: str
    origin: Place
    place: Place
    steps: tuple[Step, ...] = ()
    culprit: str = ""
    fix: Fix | None = None
    confidence: Confidence = Confidence.LIKELY

    def finding(self, code: str, message: str, rank: float = 50.0) -> Finding:
        """The finding that a rule makes of it."""
        return Finding(
            code,
            message,
            self.place,
            threads=(self.steps,) if self.steps else (),
            related=(Step(self.origin, f"{self.maker} makes it here"),) if self.origin != self.place else (),
            fixes=(self.fix,) if self.fix else (),
            confidence=self.confidence,
            rank=rank,
            function=self.function,
            subject=self.subject,
        )
