"""`golint-mem explain`: the documentation of one rule."""

from __future__ import annotations

import click

from golint_mem.cli.completion import rules


@click.command()
@click.argument("rule", metavar="CODE", shell_complete=rules)
def explain(rule: str) -> None:
    """Print what the rule CODE (a code or a name) flags, why that hurts and how to mend it."""
    from golint_mem.errors import UsageError, nearest
    from golint_mem.rule import builtin_rules, info

    known = {key: found for found in map(info, builtin_rules()) for key in (found.code, found.name)}
    found = next((known[key] for key in known if key.lower() == rule.lower()), None)
    if found is None:
        raise UsageError(f"unknown rule '{rule}'{nearest(rule, known)}")
    sections = [f"## {heading}\n\n{text}" for heading, text in found.sections.items()]
    click.echo("\n\n".join([f"# {found.code} {found.name}", found.summary, *sections]))
