"""Read rule modules as concrete syntax: what they declare, or the line and the reason why they are not well formed."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import libcst as cst

from golint_mem.rule import FAMILIES, Rule, sections_of
from golint_mem.rulebook import RuleDescription, RuleModuleError, RuleOption
from golint_mem.rulebook.purity import require_pure
from golint_mem.rulebook.source import Source, parse, small_statements, target_of

__all__ = ["RuleDescription", "RuleModuleError", "RuleOption", "read", "read_all", "rule_files"]

SECTIONS = ("Why is this bad", "Example", "Use instead", "Silent when", "Can miss")
WITH_GO_CODE = ("Example", "Use instead")
LEVELS = ("error", "warning", "note")
PRECISIONS = ("very-high", "high", "medium", "low")
CODE = re.compile(r"GM[0-9]{3}")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read(path: Path) -> RuleDescription:
    """Describe the rule of one module, or raise `RuleModuleError` for the first thing that is wrong with it."""
    source = parse(path)
    summary, sections = _documentation(source)
    values, call = _rule_values(source)
    rule = _rule(source, values, call)
    _require_check(source)
    options = _options(source)
    require_pure(source)
    return RuleDescription(
        rule.code, rule.name, rule.needs, rule.level, rule.precision, summary, sections, options, path
    )


def read_all(folder: Path) -> tuple[RuleDescription, ...]:
    """Describe every rule module below a folder, by code; two rules with one code or one name are refused."""
    descriptions = sorted((read(path) for path in rule_files(folder)), key=lambda rule: (rule.code, rule.path))
    seen: dict[str, RuleDescription] = {}
    for rule in descriptions:
        for identity in (rule.code, rule.name):
            other = seen.setdefault(identity, rule)
            if other is not rule:
                raise RuleModuleError(rule.path, 1, f"{identity} is already taken by {other.path.as_posix()}")
    return tuple(descriptions)


def rule_files(folder: Path) -> tuple[Path, ...]:
    """The rule modules below a folder: every Python file whose name does not start with an underscore."""
    if not folder.is_dir():
        raise RuleModuleError(folder, 1, "is not a folder")
    return tuple(sorted(path for path in folder.rglob("*.py") if not path.name.startswith("_")))


def _documentation(source: Source) -> tuple[str, dict[str, str]]:
    doc = source.module.get_docstring()
    if not doc or not doc.strip():
        raise source.error(1, "has no docstring")
    summary, sections = sections_of(doc)
    start = source.line(source.module.body[0])
    if not summary or summary.startswith("## "):
        raise source.error(start, "the docstring must begin with a summary sentence")
    for heading in SECTIONS:
        if not sections.get(heading):
            raise source.error(start, f"the docstring has no section '## {heading}'")
    for heading in WITH_GO_CODE:
        if not re.search(r"^```go$.+?^```$", sections[heading], re.MULTILINE | re.DOTALL):
            raise source.error(_heading_line(source, heading), f"the section '## {heading}' has no ```go block")
    return summary, sections


def _heading_line(source: Source, heading: str) -> int:
    lines = source.module.code.splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == f"## {heading}")


def _rule_values(source: Source) -> tuple[dict[str, cst.BaseExpression], cst.Call]:
    """The arguments of `RULE = Rule(...)` by field name, and the call itself."""
    calls = [
        (small, assigned[1])
        for statement in source.module.body
        if isinstance(statement, cst.SimpleStatementLine)
        for small in small_statements(statement)
        if (assigned := target_of(small)) and assigned[0] == "RULE"
    ]
    if not calls:
        raise source.error(1, "declares no RULE")
    if len(calls) > 1:
        raise source.error(calls[1][0], "declares RULE twice")
    statement, call = calls[0]
    if not isinstance(call, cst.Call) or source.module.code_for_node(call.func).split(".")[-1] != "Rule":
        raise source.error(statement, "RULE must be a literal Rule(...)")
    return _arguments(source, call), call


def _arguments(source: Source, call: cst.Call) -> dict[str, cst.BaseExpression]:
    known = [field.name for field in fields(Rule)]
    values: dict[str, cst.BaseExpression] = {}
    for position, argument in enumerate(call.args):
        if argument.star or position >= len(known):
            raise source.error(argument, "RULE must be a literal Rule(...)")
        name = argument.keyword.value if argument.keyword else known[position]
        if name not in known or name in values:
            raise source.error(argument, f"RULE has no use for the argument '{name}'")
        values[name] = argument.value
    return values


def _rule(source: Source, values: dict[str, cst.BaseExpression], call: cst.Call) -> Rule:
    code = _text(source, values, call, "code")
    if not CODE.fullmatch(code):
        raise source.error(values["code"], f"the code '{code}' does not look like GM101")
    _require_family(source, code, values["code"])
    name = _text(source, values, call, "name")
    if not NAME.fullmatch(name):
        raise source.error(values["name"], f"the name '{name}' is not in kebab-case")
    level = _choice(source, values, call, "level", LEVELS)
    precision = _choice(source, values, call, "precision", PRECISIONS)
    return Rule(code, name, _needs(source, values, call), level, precision)


def _require_family(source: Source, code: str, node: cst.CSTNode) -> None:
    folder = source.path.resolve().parent.name
    family = FAMILIES.get(code[2])
    if family is None:
        raise source.error(node, f"no family has the code {code}")
    if family != folder:
        raise source.error(node, f"{code} belongs to the family '{family}', but the module is in the folder '{folder}'")


def _text(source: Source, values: dict[str, cst.BaseExpression], call: cst.Call, field: str) -> str:
    if field not in values:
        raise source.error(call, f"RULE has no {field}")
    value = source.literal(values[field], f"RULE's {field}")
    if not isinstance(value, str):
        raise source.error(values[field], f"RULE's {field} must be a string")
    return value


def _choice(
    source: Source, values: dict[str, cst.BaseExpression], call: cst.Call, field: str, choices: tuple[str, ...]
) -> str:
    if field not in values:
        return {"level": "warning", "precision": "high"}[field]
    value = _text(source, values, call, field)
    if value not in choices:
        raise source.error(values[field], f"RULE's {field} must be one of {', '.join(choices)}")
    return value


def _needs(source: Source, values: dict[str, cst.BaseExpression], call: cst.Call) -> tuple[bytes, ...]:
    if "needs" not in values:
        raise source.error(call, "RULE has no needs")
    value = source.literal(values["needs"], "RULE's needs")
    if not isinstance(value, tuple) or not all(isinstance(need, bytes) and need for need in value):
        raise source.error(values["needs"], "RULE's needs must be a tuple of byte strings")
    return value


def _require_check(source: Source) -> None:
    for statement in source.module.body:
        if isinstance(statement, cst.FunctionDef) and statement.name.value == "check":
            if statement.asynchronous is not None or not _takes_package(statement.params):
                raise source.error(statement.name, "check must be a plain function with the one parameter 'package'")
            return
    raise source.error(1, "has no function check(package)")


def _takes_package(parameters: cst.Parameters) -> bool:
    named = (*parameters.posonly_params, *parameters.params)
    starred = (*parameters.kwonly_params, parameters.star_kwarg, parameters.star_arg)
    variadic = any(star not in (None, cst.MaybeSentinel.DEFAULT) for star in starred)
    return not variadic and [parameter.name.value for parameter in named] == ["package"]


def _options(source: Source) -> tuple[RuleOption, ...]:
    """The annotated constants of `class Options`; other statements there, but for a docstring, are refused."""
    for statement in source.module.body:
        if isinstance(statement, cst.ClassDef) and statement.name.value == "Options":
            lines = (line for line in statement.body.body if not _is_text(line))
            return tuple(_option(source, line) for line in lines)
    return ()


def _is_text(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.SimpleStatementLine):
        return all(_is_text(small) for small in statement.body)
    return isinstance(statement, cst.Pass) or (
        isinstance(statement, cst.Expr) and isinstance(statement.value, cst.SimpleString | cst.ConcatenatedString)
    )


def _option(source: Source, statement: cst.CSTNode) -> RuleOption:
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    if not isinstance(small, cst.AnnAssign) or not isinstance(small.target, cst.Name) or small.value is None:
        raise source.error(statement, "an option must read 'name: type = default'")
    name, annotation = small.target.value, source.module.code_for_node(small.annotation.annotation)
    return RuleOption(name, annotation, source.literal(small.value, f"the default of the option '{name}'"))
