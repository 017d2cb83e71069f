"""The control-flow graph of a Go function body: basic blocks of simple statements, joined by guarded edges.

Source of the shapes: the Go specification, sections "If statements", "For statements", "Switch statements",
"Select statements", "Labeled statements", "Goto statements".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from golint_mem.syntax.go import text

NO_RETURN = frozenset(
    {"panic", "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "runtime.Goexit"}
)
FATAL = frozenset({"Fatal", "Fatalf", "Fatalln"})
"""Methods and functions of loggers and tests, which by custom never return, whoever declares them."""


@dataclass(slots=True)
class Edge:
    """A way out of a block; taken only where `condition` (if any) evaluates to `truth`.

    `loop` is the loop statement whose body the edge enters or skips, `enters` says which of the two.
    """

    target: Block
    condition: Node | None = None
    truth: bool = True
    loop: Node | None = None
    enters: bool = False


@dataclass(slots=True, eq=False)
class Block:
    """A basic block: statements without a branch, and the edges that leave it; `loop` is the loop that it heads."""

    index: int
    items: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    ends: str = ""
    loop: Node | None = None


def build(body: Node) -> list[Block]:
    """The blocks of a function body; the first is the entry, a block with `ends` set leaves the function."""
    builder = _Builder()
    last = builder.statements(body, builder.new())
    if last is not None:
        last.ends = "return"
    return builder.blocks


class _Builder:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.breaks: list[tuple[str, Block]] = []
        self.continues: list[tuple[str, Block]] = []
        self.labels: dict[str, Block] = {}
        self.label = ""

    def new(self) -> Block:
        block = Block(len(self.blocks))
        self.blocks.append(block)
        return block

    def statements(self, node: Node, block: Block | None) -> Block | None:
        for child in node.named_children:
            if child.type == "statement_list":
                block = self.statements(child, block)
            elif child.type != "comment":
                if block is None:
                    if not self._holds_label(child):
                        continue
                    block = self.new()
                block = self.statement(child, block)
        return block

    @staticmethod
    def _holds_label(node: Node) -> bool:
        return node.type == "labeled_statement"

    def statement(self, node: Node, block: Block) -> Block | None:
        handler = getattr(self, "_" + node.type, None)
        if handler is not None:
            done: Block | None = handler(node, block)
            return done
        block.items.append(node)
        if node.type == "expression_statement" and self._never_returns(node):
            block.ends = "panic"
            return None
        return block

    @staticmethod
    def _never_returns(node: Node) -> bool:
        call = node.named_children[0] if node.named_children else None
        if call is None or call.type != "call_expression":
            return False
        callee = text(call.child_by_field_name("function"))
        owner, _, name = callee.rpartition(".")
        return callee in NO_RETURN or (name in FATAL and owner != "")

    def _block(self, node: Node, block: Block) -> Block | None:
        return self.statements(node, block)

    def _return_statement(self, node: Node, block: Block) -> None:
        block.items.append(node)
        block.ends = "return"

    def _labeled_statement(self, node: Node, block: Block) -> Block | None:
        name = text(node.child_by_field_name("label"))
        target = self.labels.setdefault(name, self.new())
        block.edges.append(Edge(target))
        inner = [child for child in node.named_children if child.type not in ("label_name", "comment")]
        self.label = name
        return self.statement(inner[0], target) if inner else target

    def _goto_statement(self, node: Node, block: Block) -> None:
        name = text(node.named_children[0]) if node.named_children else ""
        block.edges.append(Edge(self.labels.setdefault(name, self.new())))

    def _break_statement(self, node: Node, block: Block) -> None:
        self._leave(node, block, self.breaks)

    def _continue_statement(self, node: Node, block: Block) -> None:
        self._leave(node, block, self.continues)

    @staticmethod
    def _leave(node: Node, block: Block, targets: list[tuple[str, Block]]) -> None:
        name = text(node.named_children[0]) if node.named_children else ""
        for label, target in reversed(targets):
            if not name or label == name:
                block.edges.append(Edge(target))
                return
        block.ends = "return"

    def branch(self, condition: Node, block: Block, yes: Block, no: Block, loop: Node | None = None) -> None:
        """Join a block to two others by a condition, taking `&&`, `||` and `!` apart."""
        while condition.type == "parenthesized_expression" and condition.named_children:
            condition = condition.named_children[0]
        operator = text(condition.child_by_field_name("operator"))
        if condition.type == "binary_expression" and operator in ("&&", "||"):
            left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
            if left is not None and right is not None:
                middle = self.new()
                self.branch(left, block, *((middle, no) if operator == "&&" else (yes, middle)), loop)
                self.branch(right, middle, yes, no, loop)
                return
        if condition.type == "unary_expression" and operator == "!":
            operand = condition.child_by_field_name("operand")
            if operand is not None:
                self.branch(operand, block, no, yes, loop)
                return
        block.edges += [Edge(yes, condition, True, loop, True), Edge(no, condition, False, loop)]

    def _if_statement(self, node: Node, block: Block) -> Block | None:
        initializer = node.child_by_field_name("initializer")
        if initializer is not None:
            block.items.append(initializer)
        condition, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        yes, after = self.new(), self.new()
        no = self.new() if other is not None else after
        if condition is not None:
            self.branch(condition, block, yes, no)
        ends = [self.statement(then, yes) if then is not None else yes]
        ends.append(self.statement(other, no) if other is not None else None)
        for end in ends:
            if end is not None:
                end.edges.append(Edge(after))
        return after if other is None or any(end is not None for end in ends) else None

    def _for_statement(self, node: Node, block: Block) -> Block | None:
        label, self.label = self.label, ""
        clause = next((child for child in node.named_children if child.type in ("for_clause", "range_clause")), None)
        body = node.child_by_field_name("body")
        condition = next(
            (child for child in node.named_children if child not in (clause, body) and child.type != "comment"), None
        )
        update = None
        if clause is not None and clause.type == "for_clause":
            initializer = clause.child_by_field_name("initializer")
            if initializer is not None:
                block.items.append(initializer)
            condition, update = clause.child_by_field_name("condition"), clause.child_by_field_name("update")
        ranged = clause.child_by_field_name("right") if clause is not None else None
        if ranged is not None:
            block.items.append(ranged)
        head, inner, after, step = self.new(), self.new(), self.new(), self.new()
        head.loop = node
        block.edges.append(Edge(head))
        if clause is not None and clause.type == "range_clause":
            inner.items.append(clause)
            head.edges += [Edge(inner, None, True, node, True), Edge(after, None, True, node)]
        elif condition is not None:
            self.branch(condition, head, inner, after, node)
        else:
            head.edges.append(Edge(inner))
        if update is not None:
            step.items.append(update)
        step.edges.append(Edge(head))
        self.breaks.append((label, after))
        self.continues.append((label, step))
        end = self.statement(body, inner) if body is not None else inner
        self.breaks.pop()
        self.continues.pop()
        if end is not None:
            end.edges.append(Edge(step))
        return after

    def _expression_switch_statement(self, node: Node, block: Block) -> Block | None:
        return self._cases(node, block)

    def _type_switch_statement(self, node: Node, block: Block) -> Block | None:
        return self._cases(node, block)

    def _select_statement(self, node: Node, block: Block) -> Block | None:
        if not any(child.type.endswith("_case") for child in node.named_children):
            block.items.append(node)  # `select {}` waits for ever: no edge leaves the block
            return None
        return self._cases(node, block)

    def _cases(self, node: Node, block: Block) -> Block | None:
        label, self.label = self.label, ""
        for name in ("initializer", "value"):
            part = node.child_by_field_name(name)
            if part is not None:
                block.items.append(part)
        cases = [child for child in node.named_children if child.type.endswith("_case")]
        after = self.new()
        starts = [self.new() for _ in cases]
        self.breaks.append((label, after))
        switches = node.type == "expression_switch_statement"
        if switches:
            self._choose_case(node, block, cases, starts, after)
        for index, (case, start) in enumerate(zip(cases, starts, strict=True)):
            if not switches:
                block.edges.append(Edge(start))
            communication = case.child_by_field_name("communication")
            if communication is not None:
                start.items.append(communication)
            self._case_body(case, start, after, starts[index + 1] if index + 1 < len(starts) else after)
        self.breaks.pop()
        exhaustive = node.type == "select_statement" or any(case.type == "default_case" for case in cases)
        if not switches and not exhaustive:
            block.edges.append(Edge(after))
        return after

    def _choose_case(self, node: Node, block: Block, cases: list[Node], starts: list[Block], after: Block) -> None:
        """Join a switch's head to its cases, which are tested in source order; the default case comes last."""
        otherwise = after
        for case, start in zip(cases, starts, strict=True):
            if case.type == "default_case":
                otherwise = start
            values = case.child_by_field_name("value")
            for value in values.named_children if values is not None else ():
                following = self.new()
                if node.child_by_field_name("value") is None:
                    self.branch(value, block, start, following)
                else:
                    block.edges += [Edge(start, value, True), Edge(following, value, False)]
                block = following
        block.edges.append(Edge(otherwise))

    def _case_body(self, case: Node, start: Block, after: Block, following: Block) -> None:
        skip = {child.id for name in ("value", "type", "communication") for child in case.children_by_field_name(name)}
        current: Block | None = start
        falls = False
        pending = [child for child in case.named_children if child.id not in skip]
        while pending:
            child = pending.pop(0)
            if child.type == "statement_list":
                pending = list(child.named_children) + pending
            elif child.type == "fallthrough_statement":
                falls = True
            elif current is not None and child.type != "comment":
                current = self.statement(child, current)
        if current is not None:
            current.edges.append(Edge(following if falls else after))
