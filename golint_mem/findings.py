"""The frozen values that flow from the rules to the reports.

Lines are 1-based. Columns are 1-based and count *bytes* of the line, as tree-sitter and the Go compiler do; a report
that wants characters or UTF-16 units converts them with the source text. Offsets are 0-based bytes of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Confidence(Enum):
    """How sure the analysis is; `POSSIBLE` findings are not shown by default."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Evidence(Enum):
    """What a finding rests on."""

    PATH = "path"
    INTERLEAVING = "interleaving"
    COMPILER = "compiler"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A region of one file: `path` is relative to the working directory, with forward slashes."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path that proves a finding: where, and what happens there in one sentence.

    `order` is the 1-based time of the step in an interleaving of several goroutines; 0 where the order is that of the
    thread alone.
    """

    place: Place
    message: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes `place.start`..`place.end` of `place.path` by `text` (an insertion where they are equal)."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that can be applied as it stands: all its edits, or none."""

    description: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who waves a finding through: a comment (`inSource`, at `place`) or the configuration (`external`), and why."""

    kind: str
    reason: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What the Go compiler says of a place if a finding is true: one of `verbs` (`escapes to heap`, ...).

    `line` and `column` are those by which the compiler names the place, `subject` is a regular expression for what it
    names there. Where `why` is not empty, a value that goes to the heap has to do so for one of these reasons alone.
    `path` is the file, where it is not that of the finding. Where `costs` is not empty, one of these claims has to be
    true as well. `hot` says that the finding counts only where a profile shows that the place does.
    """

    verbs: tuple[str, ...]
    line: int
    column: int
    subject: str = ".*"
    why: tuple[str, ...] = ()
    path: str = ""
    costs: tuple[Claim, ...] = ()
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a profile measured where a finding is: `flat` in the function's own lines, `total` with its callees."""

    profile: str
    measure: str
    unit: str
    flat: int
    total: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about one place.

    `threads` holds one sequence of steps per goroutine (one sequence for an ordinary path), `function` the name of
    the enclosing function (`Type.Method` for methods), `subject` the variable or expression that the finding is about:
    the fingerprint is made of these and not of line numbers. `claim` is what the compiler has to say for the finding to
    be true, `costs` what profiles measured there. `traces`, `suppressions` and `state` (`new` or `unchanged`, where the
    run is compared with an earlier one) are set by triage.
    """

    code: str
    message: str
    place: Place
    threads: tuple[tuple[Step, ...], ...] = ()
    related: tuple[Step, ...] = ()
    fixes: tuple[Fix, ...] = ()
    confidence: Confidence = Confidence.LIKELY
    evidence: Evidence = Evidence.PATH
    rank: float = 50.0
    function: str = ""
    subject: str = ""
    fingerprint: str = ""
    traces: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    state: str = ""
    claim: Claim | None = None
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that went wrong, or that was cut short, and did not stop the rest.

    `kind` is a stable word (`unreadable-file`, `syntax-error`, `rule-crash`, `bound-hit`, ...), `level` is
    `error`, `warning` or `note`, `path` is empty where no file is concerned.
    """

    kind: str
    message: str
    level: str = "warning"
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What the reports need to know of a rule. `sections` holds the docstring: heading to Markdown text."""

    code: str
    name: str
    summary: str
    level: str
    precision: str
    sections: Mapping[str, str]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run has to say; `sources` holds the bytes of every Go file that was read.

    `findings` are those to act on. `suppressed` ones are waved through, `known` ones were there before, `gone` counts
    those that were there before and are no more; `compared` says whether there is a before.
    `shard` is (2, 3) where this is the second of three shares of the packages.
    """

    findings: tuple[Finding, ...] = ()
    notifications: tuple[Notification, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    sources: Mapping[str, bytes] = field(default_factory=dict)
    files: int = 0
    packages: int = 0
    seconds: float = 0.0
    rule_seconds: Mapping[str, float] = field(default_factory=dict)
    suppressed: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: int = 0
    compared: bool = False
    shard: tuple[int, int] | None = None
