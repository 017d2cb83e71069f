"""The report for a person at a terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from golint_mem.findings import Finding, Place, Report, RuleInfo, Step
from golint_mem.report.costs import spent
from golint_mem.report.places import LEVELS, Sources, escaped, level_of, rules_by_code

MAX_WIDTH = 160
MAX_FOLDERS = 10
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_FIX_HEADINGS = ("fix", "instead")


def render(report: Report, color: bool = False, statistics: bool = False, limit: int = 0) -> str:
    """Every finding with its source line, its path and one line of help; at the end how much was found.

    Where there are more findings than the limit, only the most severe are shown, and the rest is counted in groups.
    """
    lines = _lines(report, statistics, limit)
    if not color:
        return "".join(f"{line.plain}\n" for line in lines)
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", legacy_windows=False, _environ={})
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
    return out.getvalue()


def _lines(report: Report, statistics: bool, limit: int) -> Iterator[Text]:
    rules, sources = rules_by_code(report), Sources(report.sources)
    findings = _most_severe(report, rules, limit) if 0 < limit < len(report.findings) else report.findings
    for finding in findings:
        yield from _finding(finding, rules[finding.code], sources)
        yield Text()
    if len(findings) < len(report.findings):
        yield from _groups(report, rules, len(findings))
    if statistics:
        yield from _statistics(report, rules)
    yield Text(_summary(report), "bold")


def _most_severe(report: Report, rules: dict[str, RuleInfo], limit: int) -> tuple[Finding, ...]:
    """So many findings of the highest level and rank, in the order of the report."""
    order = {level: number for number, level in enumerate(LEVELS)}
    ranked = sorted(report.findings, key=lambda one: (order[level_of(one, rules[one.code])], -one.rank))
    kept = set(map(id, ranked[:limit]))
    return tuple(one for one in report.findings if id(one) in kept)


def _groups(report: Report, rules: dict[str, RuleInfo], shown: int) -> Iterator[Text]:
    """How many findings there are of each rule and in which folders most of them are."""
    yield Text(f"The {shown} most severe of {len(report.findings)} findings are shown. All of them, by rule:", "bold")
    for code, count in Counter(one.code for one in report.findings).most_common():
        yield Text(f"{count:>7}  {code}  {escaped(rules[code].name)}")
    folders = Counter(one.place.path.rpartition("/")[0] or "." for one in report.findings)
    yield Text("By folder:", "bold")
    for folder, count in folders.most_common(MAX_FOLDERS):
        yield Text(f"{count:>7}  {escaped(folder)}")
    if len(folders) > MAX_FOLDERS:
        rest = folders.total() - sum(count for _, count in folders.most_common(MAX_FOLDERS))
        yield Text(f"{rest:>7}  in {len(folders) - MAX_FOLDERS} more folders")
    yield Text("--limit 0 shows all, --output FILE or --format html writes all.")
    yield Text()


def _finding(finding: Finding, rule: RuleInfo, sources: Sources) -> Iterator[Text]:
    level = level_of(finding, rule)
    yield Text.assemble(
        (_where(finding.place, sources), "bold"),
        ": ",
        (f"{level} {finding.code}", _STYLES[level]),
        f" {escaped(finding.message)} ",
        (f"[{escaped(rule.name)}, {finding.confidence.value}]", "dim"),
    )
    yield from _source(finding.place, sources)
    for number, thread in enumerate(finding.threads, 1):
        if len(finding.threads) > 1:
            yield Text(f"  goroutine {number}:")
        yield from _steps(thread, finding.place.path, sources)
    for cost in finding.costs:
        yield Text(f"  cost: {escaped(spent(cost))}")
    for step in finding.related:
        yield Text(f"  see {_where(step.place, sources)}: {escaped(step.message)}")
    yield Text.assemble(("  help: ", "green"), escaped(_help(finding, rule)))


def _where(place: Place, sources: Sources) -> str:
    line, column, _, _ = sources.in_characters(place)
    path = f"./{place.path}" if place.path.startswith(":") else place.path  # `::` gives orders to GitHub
    return f"{escaped(path)}:{line}:{column}"


def _source(place: Place, sources: Sources) -> Iterator[Text]:
    lines = sources.lines(place.path)
    if lines is None or not 1 <= place.line <= len(lines.raw):
        return
    line, column, end_line, end_column = sources.in_characters(place)
    text = lines.text(line)
    stop = end_column - 1 if end_line == line else len(text)
    cut = max(0, column - 1 - MAX_WIDTH // 2) if len(text) > MAX_WIDTH else 0
    before, marked = _shown(text[cut : column - 1]), _shown(text[column - 1 : min(stop, cut + MAX_WIDTH)])
    after = _shown(text[max(stop, column - 1) : cut + MAX_WIDTH])
    gutter = f"{line:>5} | "
    yield Text.assemble((gutter, "dim"), before, (marked, "bold"), after)
    carets = "^" * max(cell_len(marked), 1)
    yield Text.assemble((" " * 5 + " | ", "dim"), " " * cell_len(before), (carets, "bold red"))


def _shown(text: str) -> str:
    return escaped(text.replace("\t", "    "))


def _steps(steps: tuple[Step, ...], path: str, sources: Sources) -> Iterator[Text]:
    for number, step in enumerate(steps, 1):
        where = f"line {step.place.line}" if step.place.path == path else _where(step.place, sources)
        yield Text.assemble(f"  {number:>3}. ", (where, "dim"), f": {escaped(step.message)}")


def _help(finding: Finding, rule: RuleInfo) -> str:
    """The first fix; else the first sentence of the rule's advice; else where to read more."""
    if finding.fixes:
        return f"{finding.fixes[0].description} (--fix does it)"
    for heading, body in rule.sections.items():
        if any(word in heading.lower() for word in _FIX_HEADINGS) and not body.startswith("```"):
            return " ".join(body.partition("\n\n")[0].split())
    return f"golint-mem explain {rule.code}"


def _statistics(report: Report, rules: dict[str, RuleInfo]) -> Iterator[Text]:
    counts = Counter(finding.code for finding in report.findings)
    for code in sorted({*counts, *report.rule_seconds}):
        name = rules[code].name if code in rules else ""
        yield Text(f"{counts[code]:>6}  {code}  {report.rule_seconds.get(code, 0.0):8.3f} s  {escaped(name)}")


def _summary(report: Report) -> str:
    scope = f"{_count(report.files, 'file')}, {_count(report.packages, 'package')}, {report.seconds:.2f} s"
    aside = _set_aside(report)
    new = "new " if report.compared else ""
    if not report.findings:
        return f"No {new}findings in {scope}.{aside}"
    fixable = sum(bool(finding.fixes) for finding in report.findings)
    more = f" {_count(fixable, 'finding')} can be fixed with --fix." if fixable else ""
    return f"{_count(len(report.findings), f'{new}finding')} in {scope}.{more}{aside}"


def _set_aside(report: Report) -> str:
    """How many findings are not shown, and why."""
    counts = {"suppressed": len(report.suppressed), "known before": len(report.known), "gone since": report.gone}
    parts = [f"{count} {what}" for what, count in counts.items() if count]
    return f" {', '.join(parts).capitalize()}." if parts else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
