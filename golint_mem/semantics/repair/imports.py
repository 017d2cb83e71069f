"""What a repair needs at the top of a file: an import, and `<stdlib.h>` in the preamble."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from golint_mem.findings import Edit
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline
from golint_mem.syntax.go import IMPORTS, matches, text

INCLUDE = "#include <stdlib.h>"
_INCLUDED = re.compile(rb"#[ \t]*include[ \t]*(?:<stdlib\.h>|\"stdlib\.h\"|<cstdlib>)")
_LEADING = re.compile(rb"[ \t]*(?:#[ \t]*(?:cgo|define|undef|pragma)\b.*|//.*)?")
_INCLUDES = re.compile(rb"[ \t]*#[ \t]*include\b")
_CONDITION = re.compile(rb"[ \t]*#[ \t]*(if|endif)")


def import_path(spec: Node) -> str:
    """What an import names."""
    return text(spec.child_by_field_name("path")).strip('"`')


@lru_cache(maxsize=8)
def unsafe_name(root: Node) -> str | None:
    """What the file calls the package `unsafe`: `unsafe.`, another name with a point, `` for a dot import; or None."""
    return package_name(root, "unsafe")


def package_name(root: Node, package: str) -> str | None:
    """What the file calls a standard package, with the point behind it; None where it does not import it."""
    for spec in matches(root, IMPORTS, "import"):
        name = text(spec.child_by_field_name("name"))
        if import_path(spec) == package and name != "_":
            return {"": f"{package.rpartition('/')[2]}.", ".": ""}.get(name, f"{name}.")
    return None


@lru_cache(maxsize=8)
def import_unsafe(source: bytes, root: Node, path: str) -> Edit | None:
    """Import `unsafe`, in the order that gofmt keeps; None where the file imports nothing."""
    return import_package(source, root, path, "unsafe") if matches(root, IMPORTS, "import") else None


def import_package(source: bytes, root: Node, path: str, package: str) -> Edit | None:
    """Import a package of the standard library, in the order that gofmt keeps; None where the file has no package."""
    specs = matches(root, IMPORTS, "import")
    runs = [run for run in _runs(specs) if any(map(_is_standard, run))]
    if runs:
        return _into_run(source, runs[-1], path, package)
    groups = [spec.parent for spec in specs if spec.parent and _in_group(spec) and _has_line(spec) and _shared(spec)]
    if groups:
        return _above_group(source, groups[-1], path, package)
    clauses = matches(root, "(package_clause) @clause", "clause")
    behind = _declaration(specs[-1]) if specs else clauses[0] if clauses else None
    return _own_declaration(source, behind, path, package) if behind is not None else None


def _shared(spec: Node) -> bool:
    """Whether the spec's group may grow: a comment above a group that holds only "C" is its preamble."""
    group = spec.parent
    assert group is not None
    return any(import_path(one) != "C" for one in group.named_children if one.type == "import_spec")


def _is_standard(spec: Node) -> bool:
    path = import_path(spec)
    return path != "C" and "." not in path.partition("/")[0]


def _runs(specs: list[Node]) -> Iterator[list[Node]]:
    """The specs of groups that stand on lines right below each other, which gofmt sorts."""
    run: list[Node] = []
    for spec in specs:
        group = spec.parent
        if group is None or group.type != "import_spec_list" or not _has_line(spec):
            continue
        if run and (run[-1].parent != group or spec.start_point[0] != run[-1].end_point[0] + 1):
            yield run
            run = []
        run.append(spec)
    if run:
        yield run


def _has_line(spec: Node) -> bool:
    """Whether nothing else of the group is on the spec's line."""
    others = (spec.prev_sibling, spec.next_sibling)
    return all(
        other is None
        or other.type == "comment"
        or not other.start_point[0] <= spec.start_point[0] <= other.end_point[0]
        for other in others
    )


def _into_run(source: bytes, run: list[Node], path: str, package: str) -> Edit:
    below = [spec for spec in run if import_path(spec) < package]
    anchor = below[-1] if below else run[0]
    start = line_start(source, anchor.start_byte)
    indent = source[start : anchor.start_byte].decode("utf-8", "replace")
    new = f'{indent}"{package}"'
    if below:
        end = line_end(source, anchor.end_byte)
        return edit(source, path, end, end, newline(source, end) + new)
    return edit(source, path, start, start, new + newline(source, start))


def _above_group(source: bytes, group: Node, path: str, package: str) -> Edit:
    end = line_end(source, group.start_byte)
    line = newline(source, end)
    return edit(source, path, end, end, f'{line}\t"{package}"{line}')


def _own_declaration(source: bytes, declaration: Node, path: str, package: str) -> Edit:
    end = line_end(source, declaration.end_byte)
    line = newline(source, end)
    return edit(source, path, end, end, f'{line}{line}import "{package}"')


def _declaration(spec: Node) -> Node:
    node = spec
    while node.parent is not None and node.type != "import_declaration":
        node = node.parent
    return node


@lru_cache(maxsize=8)
def include_stdlib(source: bytes, root: Node, path: str) -> tuple[Edit, ...] | None:
    """Include `<stdlib.h>` where the file's preambles do not yet; None where there is no `import "C"`."""
    imports = [spec for spec in matches(root, IMPORTS, "import") if import_path(spec) == "C"]
    if not imports:
        return None
    preambles = [comments for spec in imports if (comments := _preamble(spec))]
    if any(_INCLUDED.search(source, comment.start_byte, comment.end_byte) for one in preambles for comment in one):
        return ()
    if not preambles:
        return (_new_preamble(source, imports[0], path),)
    comments = preambles[0]
    if len(comments) == 1 and source.startswith(b"/*", comments[0].start_byte):
        return (_into_block(source, comments[0], path),)
    return (_into_lines(source, comments, path),)


def _preamble(spec: Node) -> list[Node]:
    """The comments right above `import "C"`; for a group that holds only "C", those above the group."""
    found = _above(spec if _in_group(spec) else _declaration(spec))
    return found if found or not _in_group(spec) or _shared(spec) else _above(_declaration(spec))


def _in_group(spec: Node) -> bool:
    return spec.parent is not None and spec.parent.type == "import_spec_list"


def _above(node: Node) -> list[Node]:
    found: list[Node] = []
    row, comment = node.start_point[0], node.prev_sibling
    while comment is not None and comment.type == "comment" and comment.end_point[0] == row - 1:
        found.insert(0, comment)
        row, comment = comment.start_point[0], comment.prev_sibling
    return found


def _new_preamble(source: bytes, spec: Node, path: str) -> Edit:
    anchor = spec if _in_group(spec) else _declaration(spec)
    start = line_start(source, anchor.start_byte)
    indent = source[start : anchor.start_byte].decode("utf-8", "replace")
    if indent.strip():
        return edit(source, path, anchor.start_byte, anchor.start_byte, f"\n// {INCLUDE}\n")
    return edit(source, path, start, start, f"{indent}// {INCLUDE}{newline(source, start)}")


def _into_block(source: bytes, comment: Node, path: str) -> Edit:
    first, last = comment.start_byte + 2, comment.end_byte - 2
    lines = source[first:last].split(b"\n")
    row, line = _row(lines), newline(source, comment.start_byte)
    at = first + sum(len(one) + 1 for one in lines[:row])
    if row == len(lines):
        kept = first + len(source[first:last].rstrip())
        return edit(source, path, kept, last, f"{line}{INCLUDE}{line}")
    return edit(source, path, at, at, f"{line if row == 0 else ''}{INCLUDE}{line}")


def _into_lines(source: bytes, comments: list[Node], path: str) -> Edit:
    row = _row([source[one.start_byte + 2 : one.end_byte] for one in comments])
    near = comments[min(row, len(comments) - 1)]
    start = line_start(source, near.start_byte)
    indent = source[start : near.start_byte].decode("utf-8", "replace")
    prefix = "//" if any(source.startswith(b"//#", one.start_byte) for one in comments) else "// "
    if row < len(comments):
        return edit(source, path, start, start, f"{indent}{prefix}{INCLUDE}{newline(source, start)}")
    end = line_end(source, near.end_byte)
    return edit(source, path, end, end, f"{newline(source, end)}{indent}{prefix}{INCLUDE}")


def _row(lines: list[bytes]) -> int:
    """The line of C text that the include goes before: the one behind the last include that no condition surrounds.

    Without such an include it is the first line that is no `#cgo`, `#define` or the like: these may be meant for it.
    """
    depth, behind, first = 0, -1, -1
    for number, line in enumerate(lines):
        if found := _CONDITION.match(line):
            depth += 1 if found[1] == b"if" else -1
        if depth == 0 and _INCLUDES.match(line):
            behind = number + 1
        continued = number > 0 and lines[number - 1].rstrip(b"\r").endswith(b"\\")
        if first < 0 and not continued and not _LEADING.fullmatch(line.rstrip(b"\r")):
            first = number
    if behind >= 0:
        return behind
    return first if first >= 0 else len(lines)
