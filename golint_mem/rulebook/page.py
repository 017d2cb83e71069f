"""The page `docs/rules.md`, made of what the rule modules say about themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from golint_mem.rule import FAMILIES
from golint_mem.rulebook import RuleDescription

HEAD = """# Rules

<!-- Generated from the docstrings in rules/ by `golint-mem rules docs`; edit those instead. -->
"""


def page(descriptions: Iterable[RuleDescription]) -> str:
    """The whole page as Markdown: a table per family, then every rule with its sections and options."""
    rules = sorted(descriptions, key=lambda rule: rule.code)
    blocks = [HEAD.strip(), *_tables(rules), *(_rule(rule) for rule in rules)]
    return "\n\n".join(blocks if rules else [HEAD.strip(), "There are no rules yet."]) + "\n"


def _tables(rules: list[RuleDescription]) -> Iterator[str]:
    for digit, family in FAMILIES.items():
        rows = [_row(rule) for rule in rules if rule.code[2] == digit]
        if rows:
            head = ["| code | name | what it finds | level | precision |", "| --- | --- | --- | --- | --- |"]
            yield "\n".join([f"## GM{digit}xx {family}", "", *head, *rows])


def _row(rule: RuleDescription) -> str:
    summary = rule.summary.replace("|", "\\|")
    return f"| [{rule.code}](#{_anchor(rule)}) | {rule.name} | {summary} | {rule.level} | {rule.precision} |"


def _anchor(rule: RuleDescription) -> str:
    return f"{rule.code.lower()}-{rule.name}"


def _rule(rule: RuleDescription) -> str:
    source = f"rules/{FAMILIES[rule.code[2]]}/{rule.path.name}"
    parts = [f"## {rule.code} {rule.name}", rule.summary]
    parts += [f"### {heading}\n\n{text}" for heading, text in rule.sections.items()]
    if rule.options:
        parts.append(
            "\n".join(["### Options", "", "| option | type | default |", "| --- | --- | --- |", *_options(rule)])
        )
    parts.append(f"Level `{rule.level}`, precision `{rule.precision}`, source [{source}](../{source}).")
    return "\n\n".join(parts)


def _options(rule: RuleDescription) -> Iterator[str]:
    for option in rule.options:
        kind, default = option.type.replace("|", "\\|"), repr(option.default).replace("|", "\\|")
        yield f"| `{option.name}` | `{kind}` | `{default}` |"
