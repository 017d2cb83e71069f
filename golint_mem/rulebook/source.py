"""A rule module as concrete syntax: parsed once, with the line of every node and the literal value of expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from golint_mem.rulebook import RuleModuleError


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed rule module; `module` is the tree that the metadata of `wrapper` belongs to."""

    path: Path
    wrapper: MetadataWrapper
    module: cst.Module

    def line(self, node: cst.CSTNode) -> int:
        """The 1-based line on which a node of this module starts."""
        return int(self.wrapper.resolve(PositionProvider)[node].start.line)

    def error(self, node: cst.CSTNode | int, reason: str) -> RuleModuleError:
        """The error to raise about a node (or a line) of this module."""
        return RuleModuleError(self.path, node if isinstance(node, int) else self.line(node), reason)

    def literal(self, node: cst.BaseExpression, what: str) -> object:
        """The value of an expression that must be a literal."""
        try:
            return ast.literal_eval(self.module.code_for_node(node))
        except (ValueError, SyntaxError, TypeError):
            raise self.error(node, f"{what} must be a literal") from None


def parse(path: Path) -> Source:
    """Read and parse one file; whatever prevents that becomes a `RuleModuleError`."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(path.read_bytes()))
    except cst.ParserSyntaxError as error:
        raise RuleModuleError(path, max(error.editor_line, 1), "syntax error") from error
    except OSError as error:
        raise RuleModuleError(path, 1, f"cannot be read: {error.strerror or error}") from error
    except (SyntaxError, ValueError) as error:
        raise RuleModuleError(path, 1, f"cannot be decoded: {error}") from error
    return Source(path, wrapper, wrapper.module)


def small_statements(statement: cst.BaseStatement) -> Iterator[cst.BaseSmallStatement]:
    """The simple statements of one line; nothing for compound statements."""
    if isinstance(statement, cst.SimpleStatementLine):
        yield from statement.body


def target_of(statement: cst.BaseSmallStatement) -> tuple[str, cst.BaseExpression | None] | None:
    """Name and value of an assignment to one plain name; None for anything else."""
    if isinstance(statement, cst.AnnAssign):
        target: cst.BaseExpression = statement.target
    elif isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target = statement.targets[0].target
    else:
        return None
    return (target.value, statement.value) if isinstance(target, cst.Name) else None
