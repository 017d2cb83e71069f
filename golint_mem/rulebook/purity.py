"""A rule module does no I/O and runs nothing when it is imported.

This holds honest rules to the style of the house; it is no sandbox against a hostile one.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, QualifiedNameSource

from golint_mem.rulebook import RuleModuleError
from golint_mem.rulebook.source import Source, small_statements, target_of

FORBIDDEN_MODULES = frozenset(
    {"os", "sys", "subprocess", "socket", "pathlib", "io", "ctypes", "importlib", "builtins"}
    | {"shutil", "tempfile", "urllib", "http", "runpy"}
)
FORBIDDEN_BUILTINS = frozenset({"builtins.open", "builtins.exec", "builtins.eval", "builtins.__import__"})


def require_pure(source: Source) -> None:
    """Raise for the first forbidden import, forbidden builtin, or statement that runs at import time."""
    visitor = _Forbidden(source)
    source.module.visit(visitor)
    if visitor.errors:
        raise min(visitor.errors, key=lambda error: error.line)
    _require_declarations(source, source.module.body)


class _Forbidden(cst.CSTVisitor):
    """Collects imports of I/O modules and every mention of a forbidden builtin."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.errors: list[RuleModuleError] = []
        self.names = _qualified_names(source.wrapper)

    def visit_Import(self, node: cst.Import) -> bool:
        for alias in node.names:
            self._imported(node, alias.name)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if node.module is not None and not node.relative:
            self._imported(node, node.module)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        for name in self.names.get(node, frozenset()) & FORBIDDEN_BUILTINS:
            self.errors.append(self.source.error(node, f"a rule must not use {name.removeprefix('builtins.')}()"))

    def _imported(self, node: cst.CSTNode, name: cst.BaseExpression) -> None:
        root = self.source.module.code_for_node(name).partition(".")[0].strip()
        if root in FORBIDDEN_MODULES:
            self.errors.append(self.source.error(node, f"a rule does no I/O and must not import {root}"))


def _qualified_names(wrapper: MetadataWrapper) -> dict[cst.CSTNode, frozenset[str]]:
    """The builtins that nodes refer to; a local variable that shadows one is not among them."""
    found = {}
    for node, names in wrapper.resolve(QualifiedNameProvider).items():
        names = names() if callable(names) else names
        found[node] = frozenset(name.name for name in names if name.source is QualifiedNameSource.BUILTIN)
    return found


def _require_declarations(source: Source, body: Iterable[cst.CSTNode]) -> None:
    for statement in body:
        if isinstance(statement, cst.ClassDef):
            _require_declarations(source, statement.body.body)
        elif isinstance(statement, cst.If) and _is_type_checking(statement):
            _require_imports(source, statement.body.body)
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in small_statements(statement):
                _require_declaration(source, small)
        elif isinstance(statement, cst.BaseSmallStatement):
            _require_declaration(source, statement)
        elif not isinstance(statement, cst.FunctionDef):
            raise _runs(source, statement)


def _require_declaration(source: Source, small: cst.BaseSmallStatement) -> None:
    declares = isinstance(small, cst.Import | cst.ImportFrom | cst.Pass) or target_of(small) is not None
    text = isinstance(small, cst.Expr) and isinstance(
        small.value, cst.SimpleString | cst.ConcatenatedString | cst.Ellipsis
    )
    if not declares and not text:
        raise _runs(source, small)


def _require_imports(source: Source, body: Iterable[cst.CSTNode]) -> None:
    for statement in body:
        smalls = statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        for small in smalls:
            if not isinstance(small, cst.Import | cst.ImportFrom):
                raise _runs(source, small)


def _is_type_checking(statement: cst.If) -> bool:
    test = statement.test
    name = test.attr if isinstance(test, cst.Attribute) else test
    return isinstance(name, cst.Name) and name.value == "TYPE_CHECKING" and statement.orelse is None


def _runs(source: Source, node: cst.CSTNode) -> RuleModuleError:
    reason = "code runs at module level; only imports, constants, functions and classes may stand here"
    return source.error(node, reason)
