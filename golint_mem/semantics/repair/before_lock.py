"""Move a statement from behind a lock to before it."""

from __future__ import annotations

from golint_mem.findings import Fix
from golint_mem.semantics.critical import Early
from golint_mem.semantics.repair.safety import stands_alone
from golint_mem.semantics.repair.text import edit, line_start, newline, whole_line
from golint_mem.syntax.go import text


def before_lock(early: Early) -> Fix | None:
    """The statement on a line of its own before the lock."""
    source, path = early.view.tree.source, early.view.tree.path
    if not stands_alone(source, early.statement) or not stands_alone(source, early.lock):
        return None
    start = line_start(source, early.lock.start_byte)
    indent = source[start : early.lock.start_byte].decode()
    moved = f"{indent}{text(early.statement)}{newline(source, early.lock.start_byte)}"
    gone = edit(source, path, *whole_line(source, early.statement), "")
    return Fix("Do this before the lock is taken.", (edit(source, path, start, start, moved), gone))
