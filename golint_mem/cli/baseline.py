"""`golint-mem baseline`: remember what is there, so that later runs report only what is new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from golint_mem.cli.asked import settings_of
from golint_mem.cli.options import FILE, analysis
from golint_mem.cli.publish import check_output, notify, write


@click.command(context_settings={"max_content_width": 120})
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--output",
    type=FILE,
    default=Path(".golint-mem-baseline.json"),
    show_default=True,
    help="Where to write the baseline, whole or not at all.",
)
@analysis
def baseline(paths: tuple[str, ...], output: Path, **options: Any) -> None:
    """Write down the findings in PATHS, for `golint-mem check --baseline FILE`.

    Suppressed findings are left out. Run it again, whenever findings were mended, to make the baseline smaller.
    """
    from golint_mem.cli.progress import watch
    from golint_mem.pipeline import check
    from golint_mem.triage.baseline import written

    check_output(output)
    settings = settings_of(Path.cwd(), paths, {**options, "nothing_known": True})
    report = check(settings, watch)
    notify(report.notifications)
    write(output, written(report.findings).encode())
    count = len(report.findings)
    click.echo(f"golint-mem: {count} finding{'' if count == 1 else 's'} written to {output}", err=True)
