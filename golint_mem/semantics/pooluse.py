"""Pools that are declared or handed on in ways that defeat them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.inference import expressions
from golint_mem.semantics.pools import SYNC_POOL, PoolCall, asserted
from golint_mem.semantics.types import named
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DECLARED = """[
  (short_var_declaration left: (expression_list . (identifier) @name .))
  (var_spec name: (identifier) @name)
]"""
_IDENTIFIERS = "(identifier) @found"
_PARAMETERS = '(parameter_declaration type: (qualified_type) @kind (#eq? @kind "sync.Pool")) @found'
_ASSIGNED = "[(short_var_declaration) (assignment_statement) (var_spec)] @found"
_ONCE = re.compile("(?:main|init)$|Test|Benchmark|Example|Fuzz")
_POOL = named("sync", "Pool")


def _views(package: PackageFacts) -> Iterator[FileView]:
    return (package.view(tree) for tree in package.trees_with(b"sync.Pool"))


def local_pools(package: PackageFacts) -> Iterator[tuple[FileView, Node]]:
    """The names of pools that a function declares and uses alone, once per call."""
    for view in _views(package):
        for name in matches(view.tree.root, _DECLARED, "name"):
            function = view.enclosing(name)
            if function is None or _ONCE.match(function.name):
                continue
            if view.type_of(name).qualified == SYNC_POOL and _made_here(name) and _used_once(view, name, function.node):
                yield view, name


def _made_here(name: Node) -> bool:
    """Whether a variable starts as a new pool, and not as one that comes from elsewhere."""
    statement = name.parent
    if statement is not None and statement.type == "expression_list":
        statement = statement.parent
    if statement is None:
        return False
    value = statement.child_by_field_name("right") or statement.child_by_field_name("value")
    if value is None:
        return text(statement.child_by_field_name("type")) == SYNC_POOL
    return re.match(r"&?sync\.Pool\{|new\(sync\.Pool\)", text(value)) is not None


def _used_once(view: FileView, name: Node, function: Node) -> bool:
    """Whether all uses of a pool are plain calls of its methods, outside of loops and function literals."""
    scopes = view.scopes(name)
    variable = scopes.resolve(name) if scopes is not None else None
    uses = [
        one
        for one in matches(function, _IDENTIFIERS, "found")
        if text(one) == text(name) and one.start_byte != name.start_byte and scopes is not None
        if scopes.resolve(one) == variable
    ]
    return bool(uses) and all(_is_plain(one, function) for one in uses)


def _is_plain(use: Node, function: Node) -> bool:
    if use.parent is None or use.parent.type != "selector_expression":
        return False
    around: Node | None = use
    while around is not None and around.id != function.id:
        if around.type in ("for_statement", "func_literal"):
            return False
        around = around.parent
    return True


def copies(package: PackageFacts) -> Iterator[tuple[FileView, Node]]:
    """Parameters that take a sync.Pool by value, and assignments that copy one."""
    for view in _views(package):
        for found in matches(view.tree.root, _PARAMETERS, "found"):
            yield view, found
        for statement in matches(view.tree.root, _ASSIGNED, "found"):
            value = statement.child_by_field_name("right") or statement.child_by_field_name("value")
            for one in expressions(value):
                if one.type in ("identifier", "selector_expression", "unary_expression") and view.type_of(one) == _POOL:
                    yield view, one


def without_new(package: PackageFacts) -> Iterator[PoolCall]:
    """The calls of `Get` whose result is asserted to be there, on pools that have no `New` anywhere in the package."""
    for get in package.pools.gets:
        _, tolerant = asserted(get)
        if tolerant or not get.plain or not isinstance(get.key, Object) or get.key in package.pools.news:
            continue
        if view_kind(get) == "named" and get.key.name[:1].islower() and not _is_set(package, get.key.name):
            yield get


def view_kind(get: PoolCall) -> str:
    """The kind of a pool's type: `named` for a sync.Pool itself, `pointer` for a pointer to one."""
    return get.view.type_of(get.pool).kind


def _is_set(package: PackageFacts, name: str) -> bool:
    """Whether a variable or field of this name gets a value anywhere in the package, other than an empty pool."""
    word = name.partition("@")[0].encode()
    given, new = rb"\b%s\s*(?::|:?=)(?!=)\s*(?!sync\.Pool\{\})", rb"\b%s\.New\b"
    pattern = re.compile(given % re.escape(word) + b"|" + new % re.escape(word))
    return any(pattern.search(file.source) for file in package.files)
