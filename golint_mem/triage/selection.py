"""Which rules run, and which of their findings are shown."""

from __future__ import annotations

from collections.abc import Iterable

from golint_mem.errors import UsageError
from golint_mem.findings import Confidence, Finding
from golint_mem.rule import LoadedRule, Rule, builtin_rules
from golint_mem.settings import Settings


def rules_of(settings: Settings) -> tuple[LoadedRule, ...]:
    """The rules that the settings ask for, the extra ones of `rules_dir` among them, by code.

    UsageError names a word of `select` or `ignore` that no rule answers to.
    """
    rules = list(builtin_rules())
    if settings.rules_dir is not None:
        from golint_mem.rulebook.load import load_folder

        rules += load_folder(settings.rules_dir)
    known = {word for loaded in rules for word in names(loaded.rule)}
    for word in (*settings.select, *settings.ignore):
        if word.lower() not in known:
            raise UsageError(f"unknown rule '{word}'")
    wanted = [loaded for loaded in rules if _asked_for(loaded.rule, settings)]
    return tuple(sorted(wanted, key=lambda loaded: loaded.rule.code))


def names(rule: Rule) -> tuple[str, ...]:
    """What `select` and `ignore` may call a rule: its code, its name, its family, or the start of its code (`GM1`)."""
    return rule.code.lower(), rule.name, rule.family, rule.code[:3].lower(), "gm"


def _asked_for(rule: Rule, settings: Settings) -> bool:
    words = set(names(rule))
    select, ignore = ({word.lower() for word in given} for given in (settings.select, settings.ignore))
    return (not select or bool(words & select)) and not words & ignore


def shown(findings: Iterable[Finding], settings: Settings) -> list[Finding]:
    """The findings that are shown, each once, in the order of their places."""
    kept = [one for one in findings if settings.show_possible or one.confidence is not Confidence.POSSIBLE]
    return list(dict.fromkeys(sorted(kept, key=lambda one: (one.place, one.code, one.message))))
