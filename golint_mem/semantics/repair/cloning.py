"""Copy a part, so that it does not keep the whole alive."""

from __future__ import annotations

from golint_mem.findings import Edit, Fix
from golint_mem.semantics.pinning import Pinned
from golint_mem.semantics.repair.imports import import_package, package_name
from golint_mem.semantics.repair.text import edit
from golint_mem.syntax.go import text


def clone(pinned: Pinned) -> Fix | None:
    """`strings.Clone` or `bytes.Clone` around the part; None where the Go version lacks it."""
    tree, package = pinned.view.tree, "strings" if pinned.is_text else "bytes"
    parts = pinned.view.facts.package.go_version.split(".")[:2]
    known = package_name(tree.root, package)
    if tuple(int(part) for part in parts if part.isdigit()) < (1, 20):
        return None
    edits: list[Edit] = []
    if known is None:
        imported = import_package(tree.source, tree.root, tree.path, package)
        if imported is None:
            return None
        edits.append(imported)
    part = pinned.part
    copied = f"{known or package + '.'}Clone({text(part)})"
    edits.append(edit(tree.source, tree.path, part.start_byte, part.end_byte, copied))
    return Fix(f"Copy `{text(part)}`, so that it does not keep the whole alive.", tuple(edits))
