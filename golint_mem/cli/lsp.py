"""`golint-mem lsp`: a language server, for editors."""

from __future__ import annotations

import click


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output; the only way, and the default.")
def lsp(stdio: bool) -> None:
    """Serve an editor: findings while you type, their paths, quick fixes and the rules' help.

    Needs the extra `lsp`: pip install 'golint-mem[lsp]'.
    """
    from golint_mem.errors import UsageError

    try:
        import pygls  # noqa: F401
    except ImportError as error:
        raise UsageError("the language server needs pygls: pip install 'golint-mem[lsp]'") from error
    from golint_mem.cli.server import serve

    serve()
