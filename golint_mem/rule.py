"""What a rule module declares, and how rule modules are found.

A rule is one module of the top-level folder `rules/`. Its docstring is its documentation, its variable `RULE` says what
it is, and its function `check(package)` yields findings. There is no registry: every module that has a `RULE` is one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, RuleInfo

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

FAMILIES = {
    "1": "cgo",
    "2": "finalizer",
    "3": "goroutine",
    "4": "pool",
    "5": "escape",
    "6": "retention",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Identity of a rule: `code` (`GM101`), `name` in plain words, and the bytes without which it has nothing to say.

    `needs` lists byte strings of which at least one must occur in a package's Go files; `level` is SARIF's
    (`error`, `warning`, `note`), `precision` GitHub's (`very-high`, `high`, `medium`, `low`).
    """

    code: str
    name: str
    needs: tuple[bytes, ...]
    level: str = "warning"
    precision: str = "high"

    @property
    def family(self) -> str:
        """The family that the code's hundred stands for."""
        return FAMILIES[self.code[2]]


Check = Callable[["PackageFacts"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule with its documentation and its check."""

    rule: Rule
    doc: str
    check: Check


def sections_of(doc: str) -> tuple[str, dict[str, str]]:
    """Split a rule's docstring into its first sentence and its `## ` sections (heading to Markdown text)."""
    summary, *rest = doc.strip().split("\n## ")
    sections = {}
    for part in rest:
        heading, _, text = part.partition("\n")
        sections[heading.strip()] = text.strip()
    return " ".join(summary.split()), sections


def info(loaded: LoadedRule) -> RuleInfo:
    """What the reports show of a rule."""
    rule = loaded.rule
    summary, sections = sections_of(loaded.doc)
    return RuleInfo(rule.code, rule.name, summary, rule.level, rule.precision, sections, ("memory", rule.family))


def load_module(module: ModuleType) -> LoadedRule | None:
    """The rule of a module; None where the module declares none."""
    rule = getattr(module, "RULE", None)
    return LoadedRule(rule, module.__doc__ or "", module.check) if isinstance(rule, Rule) else None


def builtin_rules() -> tuple[LoadedRule, ...]:
    """The rules of `golint_mem.rules`, by code."""
    package = importlib.import_module("golint_mem.rules")
    loaded = (load_module(importlib.import_module(name)) for name in _module_names(package))
    return tuple(sorted(filter(None, loaded), key=lambda rule: rule.rule.code))


def _module_names(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.ispkg:
            yield found.name
