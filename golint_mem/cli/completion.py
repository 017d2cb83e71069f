"""`golint-mem completion`: what a shell wants to know to complete commands, options and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_GOLINT_MEM_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL, for: eval "$(golint-mem completion bash)"."""
    from click.shell_completion import get_completion_class

    from golint_mem.cli.main import main

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(main, {}, "golint-mem", VARIABLE).source())


def rules(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """The rules whose code or name starts with what was typed, after a comma too."""
    from click.shell_completion import CompletionItem

    from golint_mem.rule import builtin_rules, info

    before, comma, last = typed.rpartition(",")
    found = [(name, one.summary) for one in map(info, builtin_rules()) for name in (one.code, one.name)]
    starts = [(name, text) for name, text in found if name.lower().startswith(last.lower())]
    return [CompletionItem(before + comma + name, help=text) for name, text in starts]
