"""Which variables of a function are used by literals inside it, and which have to live in memory for that."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.scopes import Scopes
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_IDENTIFIERS = "(identifier) @name"
_CHANGED = """[
  (assignment_statement left: (expression_list (identifier) @name))
  (inc_statement (identifier) @name)
  (dec_statement (identifier) @name)
  (range_clause left: (expression_list (identifier) @name))
  (receive_statement left: (expression_list (identifier) @name))
  (short_var_declaration left: (expression_list (identifier) @name))
]"""
_ADDRESSED = '(unary_expression operator: "&" operand: (identifier) @name)'
_DEFINING = frozenset({"short_var_declaration", "receive_statement", "range_clause"})


class Captures:
    """The captured variables of the literals in one outermost function."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self.of_literal: dict[int, list[str]] = {}
        captured: set[str] = set()
        for name in matches(scopes.function, _IDENTIFIERS, "name"):
            captured |= self._capture(name)
        self.boxed = (captured & self._changed()) | self._ids(_ADDRESSED)

    def _capture(self, name: Node) -> set[str]:
        variable = self._scopes.by_id.get(self._scopes.resolve(name) or "")
        if variable is None:
            return set()
        home = function_around(variable.statement)
        function = function_around(name)
        found: set[str] = set()
        while function is not None and home is not None and function.id != home.id:
            known = self.of_literal.setdefault(function.id, [])
            if variable.id not in known:
                known.append(variable.id)
            found.add(variable.id)
            function = function_around(function)
        return found

    def _changed(self) -> set[str]:
        """The variables that are written after they are declared."""
        found = set()
        for name in matches(self._scopes.function, _CHANGED, "name"):
            known = self._scopes.resolve(name)
            declares = name.parent is not None and name.parent.parent is not None
            statement = name.parent.parent if declares and name.parent is not None else None
            defines = statement is not None and statement.type in _DEFINING
            if known is not None and not (defines and self._scopes.declares(name)):
                found.add(known)
        return found

    def _ids(self, query: str) -> set[str]:
        found = (self._scopes.resolve(name) for name in matches(self._scopes.function, query, "name"))
        return {one for one in found if one is not None}


def name_of(function: Node, outer: str) -> str:
    """What to call a function or literal."""
    name = function.child_by_field_name("name")
    return text(name) if name is not None else f"{outer}.func"
