"""The facts of one package that rules ask for; everything is computed on demand, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from tree_sitter import Node

from golint_mem.findings import Notification
from golint_mem.project.neighbours import neighbour
from golint_mem.project.package import GoFile, Package, by_import_path
from golint_mem.semantics import stdlib
from golint_mem.semantics.c.summaries import CSummary, summarise
from golint_mem.semantics.coldness import Coldness
from golint_mem.semantics.concurrency.endless import Endless
from golint_mem.semantics.concurrency.hangs import Hangs
from golint_mem.semantics.concurrency.workers import Made, Workers
from golint_mem.semantics.declarations import Declarations
from golint_mem.semantics.finalizers.package import Finalizers
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.lending import Fate
from golint_mem.semantics.loops import Loops
from golint_mem.semantics.ownership.lapse import Lapse
from golint_mem.semantics.ownership.package import Ownership
from golint_mem.semantics.ownership.pairs import Pairs
from golint_mem.semantics.pools import Pools
from golint_mem.semantics.repetition import Repetition
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.typestate.package import Typestate
from golint_mem.semantics.typestate.protocol import Protocol
from golint_mem.semantics.view import FileView
from golint_mem.settings import Settings
from golint_mem.syntax.go import C_CASTS, C_NAMES, C_TYPES, Function, GoTree, matches, parse, preambles, text
from golint_mem.syntax.outline import Outline

K = TypeVar("K")
V = TypeVar("V")
ProtocolKey = tuple[str, frozenset[str]]
_LIBRARY = "$GOROOT/"
_MOST_KEPT = 2_500_000
"""Bytes of source whose facts are kept in memory for other packages to ask about."""
_MOST_TREES = 4_000_000
"""Bytes of source whose trees are kept, facts or not; a tree takes about 22 bytes for each byte of source."""
_IMPORT_C = '(import_spec path: (_) @path (#eq? @path "\\"C\\""))'
_TYPEDEF = re.compile(rb"\btypedef\b[^;{}()]*?\b(\w+)\s*;|^\}\s*(\w+)\s*;", re.M)
_TYPE_USES = (C_TYPES, C_CASTS)


class Program:
    """The packages of a run, so that one can ask for the functions of another by its import path."""

    def __init__(self, packages: Iterable[Package], settings: Settings) -> None:
        self.settings = settings
        self._packages = by_import_path(packages)
        self._facts: dict[tuple[str, str], PackageFacts] = {}
        self._strangers: dict[str, Package | None] = {}
        self._outlines: dict[str, Outline] = {}
        self._trees: dict[str, GoTree] = {}
        self.consulted: dict[str, set[str]] = {}
        self.depth = 0
        self.leads: dict[tuple[str, str, tuple[bytes, ...], bool, bool, int], frozenset[bytes]] = {}
        self.judged: dict[tuple[ProtocolKey, bool, str, str, int], bool] = {}
        self.wraps: dict[tuple[ProtocolKey, str, int], bool] = {}
        self.workers: dict[tuple[str, str], tuple[Made, ...]] = {}
        self.wrappers: dict[tuple[str, int], int | None] = {}
        self.wrapping: dict[tuple[str, str, bytes], bool] = {}

    def renew(self, packages: Iterable[Package]) -> None:
        """Go on with other states of packages; what is known of files that stayed the same is kept."""
        for package in packages:
            old = self._facts.pop((package.path, package.name), None)
            self._packages[package.import_path] = package
            facts = self.of(package)
            for file in package.files:
                before = old.known(file) if old is not None else None
                if before is not None:
                    facts.know(before)
                else:
                    self._outlines.pop(file.path, None)

    def of(self, package: Package) -> PackageFacts:
        """The facts of a package, the same ones each time."""
        key = package.path, package.name
        facts = self._facts.pop(key, None) or PackageFacts(package, self)
        self._facts[key] = facts  # the one that was asked for last stands last
        return facts

    def enter(self, package: Package) -> PackageFacts:
        """The facts of a package that is now analysed: new ones, so that what is said of it never hangs on others."""
        self._facts.pop((package.path, package.name), None)
        return self.of(package)

    def outline(self, file: GoFile) -> Outline:
        """What the bytes of a file say that it declares, imports and calls; this is never forgotten."""
        if file.path not in self._outlines:
            self._outlines[file.path] = Outline(file.source)
        return self._outlines[file.path]

    def tree(self, file: GoFile) -> GoTree:
        """The syntax tree of a file."""
        tree = self._trees.pop(file.path, None)
        if tree is None or tree.source != file.source:
            tree = parse(file.path, file.source)
        self._trees[file.path] = tree  # the one that was asked for last stands last
        return tree

    def trim(self) -> None:
        """Forget what was not asked for lately, where what is kept belongs to many bytes of source."""
        _trim(self._facts, lambda facts: facts.parsed, _MOST_KEPT)
        _trim(self._trees, lambda tree: len(tree.source), _MOST_TREES)

    def consulted_by(self, facts: PackageFacts) -> frozenset[str]:
        """The import paths of the packages that were asked about one package's imports, directly or not."""
        found: set[str] = set()
        pending = [facts.package.import_path]
        while pending:
            for path in self.consulted.get(pending.pop(), ()):
                if path not in found:
                    found.add(path)
                    pending.append(path)
        return frozenset(found)

    def seen(self, import_path: str, importer: Package) -> PackageFacts | None:
        """The facts of a package that another one imports, even where the run is not about it.

        Packages of the same module (and vendored ones) are read now, those of the standard library are declarations
        without bodies; None for all others.
        """
        self.consulted.setdefault(importer.import_path, set()).add(import_path)
        if import_path not in self._packages and import_path not in self._strangers:
            package = _library(import_path) or neighbour(importer, import_path, self.settings)
            self._strangers[import_path] = package
        package = self._packages.get(import_path) or self._strangers[import_path]
        return self.of(package) if package is not None else None


class PackageFacts:
    """What is known of one package. `notifications` grows while questions are answered."""

    def __init__(self, package: Package, program: Program) -> None:
        self.package = package
        self.program = program
        self.settings = program.settings
        self.notifications: list[Notification] = []
        self._needs: dict[bytes, bool] = {}
        self._trees: dict[str, GoTree] = {}
        self._views: dict[str, FileView] = {}
        self._value_types: dict[str, Type] = {}
        self._typestates: dict[Protocol, Typestate] = {}
        self.fates: dict[tuple[str, int, int, int], Fate] = {}

    @property
    def is_library(self) -> bool:
        """Whether this is a package of the standard library, known by its declarations alone."""
        return self.package.path.startswith(_LIBRARY)

    def mentions(self, needs: tuple[bytes, ...]) -> bool:
        """Whether one of the byte strings occurs in a Go file of the package."""
        return not needs or any(map(self._holds, needs))

    def _holds(self, need: bytes) -> bool:
        """Whether a byte string occurs in one of the files; each is looked for once."""
        if need not in self._needs:
            self._needs[need] = any(need in file.source for file in self.files)
        return self._needs[need]

    @cached_property
    def files(self) -> tuple[GoFile, ...]:
        """The Go files that the build asked for would compile."""
        return tuple(file for file in self.package.files if not file.constrained_out)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The paths of the files in which findings are wanted: no tests where the possible is not shown."""
        named = self.package.named
        return named if self.settings.show_possible else frozenset(one for one in named if not one.endswith("_test.go"))

    def tree(self, file: GoFile) -> GoTree:
        """The syntax tree of a file; a broken one is a notification, and the rest of it is used."""
        if file.path not in self._trees:
            tree = self.program.tree(file)
            self._trees[file.path] = tree
            line = tree.first_error()
            if line and file.path in self.package.named:
                message = "syntax error; what can be understood is analysed"
                self.notifications.append(Notification("syntax-error", message, "warning", file.path, line))
        return self._trees[file.path]

    def known(self, file: GoFile) -> GoTree | None:
        """The tree of a file, if this very text of it was parsed."""
        tree = self._trees.get(file.path)
        return tree if tree is not None and tree.source == file.source else None

    def know(self, tree: GoTree) -> None:
        """Take a tree that was parsed already."""
        self._trees[tree.path] = tree

    @property
    def parsed(self) -> int:
        """How many bytes of source are kept as trees."""
        return sum(len(tree.source) for tree in self._trees.values())

    @cached_property
    def trees(self) -> tuple[GoTree, ...]:
        """The trees of all files."""
        return tuple(self.tree(file) for file in self.files)

    def view(self, tree: GoTree) -> FileView:
        """What the names of one of the package's files mean, and which types its expressions have."""
        if tree.path not in self._views:
            self._views[tree.path] = FileView(self, tree)
        return self._views[tree.path]

    def view_of(self, function: Function) -> FileView:
        """The view of the file in which a function of the package stands."""
        return self.view(self.tree_at(function.path))

    def tree_at(self, path: str) -> GoTree:
        """The tree of the file with this path."""
        return self.tree(self._files_by_path[path])

    @cached_property
    def _files_by_path(self) -> dict[str, GoFile]:
        return {file.path: file for file in self.files}

    def trees_with(self, *words: bytes) -> Iterator[GoTree]:
        """The trees of the files in which one of these byte strings occurs; the other files are not parsed."""
        return (self.tree(file) for file in self.files if any(word in file.source for word in words))

    def outline(self, file: GoFile) -> Outline:
        """What the bytes of a file say that it declares, imports and calls."""
        return self.program.outline(file)

    @cached_property
    def called(self) -> frozenset[bytes]:
        """The names that stand before a parenthesis or a bracket in the files."""
        return frozenset[bytes]().union(*(self.outline(file).calls for file in self.files))

    @property
    def near(self) -> tuple[PackageFacts, ...]:
        """The packages that this one imports, as far as their source is there."""
        return tuple(one for one in map(self.seen, self._imported) if one is not None and not one.is_library)

    @cached_property
    def _imported(self) -> tuple[str, ...]:
        """The import paths of the files."""
        return tuple(sorted({path for file in self.files for path in self.outline(file).imports}))

    @cached_property
    def declarations(self) -> Declarations:
        """What the package declares at its top level."""
        return Declarations(self.files, self.outline, self.tree)

    def seen(self, import_path: str) -> PackageFacts | None:
        """The facts of this package or of one that it imports; None where that one cannot be read."""
        own = self.package.import_path
        return self if import_path == own else self.program.seen(import_path, self.package)

    def value_type(self, name: str) -> Type:
        """The type of a package-level variable, constant or function; UNKNOWN where there is none of this name."""
        if name not in self._value_types:
            self._value_types[name] = UNKNOWN
            self._value_types[name] = self._value_type(name)
        return self._value_types[name]

    def _value_type(self, name: str) -> Type:
        function, value = self.declarations.functions.get(name), self.declarations.values.get(name)
        if function is not None:
            return self.view_of(function).signature(function.node)
        if value is None:
            return UNKNOWN
        view, kind = self.view(value.tree), value.spec.child_by_field_name("type")
        if kind is not None:
            return view.declared(kind)
        names = value.spec.children_by_field_name("name")
        if value.constant:
            return view.constant(value.spec, names[value.index])
        return view.assigned(names, expressions(value.spec.child_by_field_name("value")), names[value.index])

    @cached_property
    def function_names(self) -> Mapping[str, list[tuple[GoTree, Node]]]:
        """The identifiers that may mean a function of the package, by its name."""
        found: dict[str, list[tuple[GoTree, Node]]] = {name: [] for name in self.declarations.functions}
        for tree in self.trees:
            for node in matches(tree.root, "(identifier) @name", "name"):
                if (name := text(node)) in found:
                    found[name].append((tree, node))
        return found

    @cached_property
    def cgo_files(self) -> tuple[GoTree, ...]:
        """The trees of the files that import "C"."""
        mentioned = (self.tree(file) for file in self.files if b'"C"' in file.source)
        return tuple(tree for tree in mentioned if matches(tree.root, _IMPORT_C, "path"))

    @cached_property
    def c_names(self) -> frozenset[str]:
        """The names that the package's Go files take from C."""
        return frozenset(text(node) for tree in self.cgo_files for node in matches(tree.root, C_NAMES, "name"))

    @cached_property
    def c_sources(self) -> tuple[bytes, ...]:
        """The C text of the package: preambles first, then files."""
        texts = [one for tree in self.cgo_files for one in preambles(tree.source)]
        return (*texts, *(file.source for file in self.package.c_files))

    @cached_property
    def c_declared(self) -> frozenset[str]:
        """The names that look like function calls or declarations in the package's C text."""
        return frozenset(
            name.decode("ascii")
            for source in self.c_sources
            for name in re.findall(rb"\b([A-Za-z_]\w{2,})\s*\(", source)
        )

    @cached_property
    def c_types(self) -> frozenset[str]:
        """The names from C that the package uses as types, or that its C text declares to be types."""
        shown = {
            text(node) for tree in self.cgo_files for kind in _TYPE_USES for node in matches(tree.root, kind, "name")
        }
        sized = {name.removeprefix("sizeof_") for name in self.c_names if name.startswith("sizeof_")}
        declared = {one.decode("ascii") for text in self.c_sources for pair in _TYPEDEF.findall(text) for one in pair}
        return frozenset(shown | sized | (declared & self.c_names))

    @cached_property
    def c_functions(self) -> Mapping[str, CSummary]:
        """The summaries of the C functions that the Go code names, and of the destructors that belong to them."""
        pairs = Pairs(self.c_declared)
        return summarise(self.c_sources, self.c_names | {pairs.release_of_maker(name) for name in self.c_names} - {""})

    @cached_property
    def hangs(self) -> Hangs:
        """Which goroutines of the package can come to wait for ever."""
        return Hangs(self)

    @cached_property
    def endless(self) -> Endless:
        """Which functions of the package control never leaves."""
        return Endless(self)

    @cached_property
    def loops(self) -> Loops:
        """What runs in every round of a loop."""
        return Loops(self)

    @cached_property
    def coldness(self) -> Coldness:
        """Which code of the package is seen to run seldom."""
        return Coldness(self)

    @cached_property
    def repetition(self) -> Repetition:
        """Which functions of the package are seen to be called in round after round."""
        return Repetition(self)

    @cached_property
    def workers(self) -> Workers:
        """The types of the package that start goroutines which only their own methods end."""
        return Workers(self)

    @cached_property
    def ownership(self) -> Ownership:
        """Who owns which C memory in the package."""
        return Ownership(self)

    def typestate(self, protocol: Protocol) -> Typestate:
        """What becomes of the values of a protocol in the package, the same object each time."""
        if protocol not in self._typestates:
            self._typestates[protocol] = Typestate(self, protocol)
        return self._typestates[protocol]

    @cached_property
    def finalizers(self) -> Finalizers:
        """Which objects of the package have finalizers or cleanups, and what those do."""
        return Finalizers(self)

    @cached_property
    def pools(self) -> Pools:
        """What the package does with pools."""
        return Pools(self)

    def lapses(self) -> Iterator[Lapse]:
        """What goes wrong with C memory in the files that are to be reported, in source order."""
        return (lapse for lapse in self.ownership.lapses() if lapse.place.path in self.asked)


def _trim(kept: dict[K, V], size: Callable[[V], int], most: int) -> None:
    """Take out of a table what stands first, until the rest has at most a certain size."""
    total = 0
    for key, one in reversed([*kept.items()]):
        total += size(one)
        if total > most:
            del kept[key]


def _library(import_path: str) -> Package | None:
    source = stdlib.source(import_path)
    if source is None:
        return None
    path, name = _LIBRARY + import_path, import_path.rpartition("/")[2]
    return Package(path, name, "", "", import_path, (GoFile(f"{path}/{name}.go", source),))
