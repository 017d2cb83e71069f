"""Which rules run, and which of their findings are shown."""

from __future__ import annotations

from collections.abc import Iterable

from golint_mem.errors import UsageError, nearest
from golint_mem.findings import Confidence, Finding
from golint_mem.rule import LoadedRule, Rule, builtin_rules
from golint_mem.settings import Settings

UNCONFIRMED = "escape"


def rules_of(settings: Settings) -> tuple[LoadedRule, ...]:
    """The rules that the settings ask for, the extra ones of `rules_dir` among them, by code.

    UsageError names a word of `select` or `ignore` that no rule answers to, or a code that two rules have.
    """
    rules = list(builtin_rules())
    if settings.rules_dir is not None:
        from golint_mem.rulebook.load import load_folder

        for extra in load_folder(settings.rules_dir):
            if any(extra.rule.code == loaded.rule.code for loaded in rules):
                raise UsageError(f"{settings.rules_dir}: the code {extra.rule.code} belongs to another rule")
            rules.append(extra)
    for word in (*settings.select, *settings.ignore):
        if message := unknown(word, rules):
            raise UsageError(message)
    wanted = [loaded for loaded in rules if _asked_for(loaded.rule, settings)]
    return tuple(sorted(wanted, key=lambda loaded: loaded.rule.code))


def unknown(word: str, rules: Iterable[LoadedRule]) -> str:
    """What is wrong with a word of `select` or `ignore`; empty where a rule answers to it."""
    known = {name for loaded in rules for name in names(loaded.rule)}
    return "" if word.lower() in map(str.lower, known) else f"unknown rule '{word}'{nearest(word, sorted(known))}"


def names(rule: Rule) -> tuple[str, ...]:
    """What `select` and `ignore` may call a rule: its code, its name, its family, or the start of its code (`GM1`)."""
    return rule.code, rule.name, rule.family, rule.code[:3], "GM"


def _asked_for(rule: Rule, settings: Settings) -> bool:
    if rule.family == UNCONFIRMED and not settings.compiler and not settings.show_possible:
        return False  # all that it could say would be hidden
    words = set(map(str.lower, names(rule)))
    select, ignore = ({word.lower() for word in given} for given in (settings.select, settings.ignore))
    return (not select or bool(words & select)) and not words & ignore


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, each once, in the order of their places."""
    return list(dict.fromkeys(sorted(findings, key=lambda one: (one.place, one.code, one.message))))


def shown(findings: Iterable[Finding], settings: Settings) -> tuple[Finding, ...]:
    """The findings that are sure enough to be shown; where profiles say what they cost, the dearest go first."""
    kept = [one for one in findings if settings.show_possible or one.confidence is not Confidence.POSSIBLE]
    return tuple(sorted(kept, key=lambda one: -one.rank) if any(one.costs for one in kept) else kept)
