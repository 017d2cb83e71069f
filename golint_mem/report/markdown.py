"""A finding with the path that shows it as Markdown, for viewers that show no code flows."""

from __future__ import annotations

import re

from golint_mem.findings import Finding, Step

MAX_STEPS = 50
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~-])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def markdown(finding: Finding) -> str | None:
    """The message and the numbered steps of every thread; None where there are no steps."""
    threads = [thread for thread in finding.threads if thread]
    if not threads:
        return None
    if len(threads) == 1:
        return "\n\n".join([plain(finding.message), _steps(threads[0], finding.place.path, "{number}. ")])
    parts = [f"Goroutine {n}:\n\n{_steps(t, finding.place.path, '- {order}: ')}" for n, t in enumerate(threads, 1)]
    return "\n\n".join([plain(finding.message), *parts])


def _steps(thread: tuple[Step, ...], path: str, mark: str) -> str:
    left_out = len(thread) - MAX_STEPS
    lines = [
        f"{mark.format(number=number, order=step.order or number)}{_where(step, path)}: {plain(step.message)}"
        for number, step in enumerate(thread[:MAX_STEPS], 1)
    ]
    return "\n".join(lines + ([f"\n{left_out} more steps"] if left_out > 0 else []))


def _where(step: Step, path: str) -> str:
    line = f"line {step.place.line}"
    return line if step.place.path == path else f"{plain(step.place.path)}, {line}"


def plain(text: str) -> str:
    """Text in which Markdown means nothing, but for `code` between backticks."""
    parts = "".join(char if char.isprintable() else " " for char in text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick: none of them is taken for a mark
        return _escaped("`".join(parts))
    return "".join(f"`{part}`" if at % 2 and part else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    return "".join(_HTML.get(char, char) for char in _SPECIAL.sub(r"\\\1", text))
