"""What earlier runs found out about packages that have not changed since.

The cache is content-addressed: a package's findings are kept under a digest of its files, of the rules and settings of
the run and of golint-mem itself, together with the digests of the other packages that were consulted. It is an SQLite
file, so that two runs may use it at once. Whatever is wrong with it is said in one notification, and the run goes on
without it.
"""

from __future__ import annotations

import hashlib
import importlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache, cached_property
from pathlib import Path

import msgspec

from golint_mem import __version__
from golint_mem.analysis import Analysis
from golint_mem.findings import Finding, Notification
from golint_mem.project.neighbours import neighbour
from golint_mem.project.package import Package, by_import_path
from golint_mem.rule import LoadedRule
from golint_mem.semantics import stdlib
from golint_mem.settings import Settings

LARGEST = 256_000_000
"""Bytes that the file may have; what was not used for the longest time goes first."""
_FILE = "analyses-1.sqlite"
_TABLE = """CREATE TABLE IF NOT EXISTS analyses
    (key BLOB PRIMARY KEY, consulted BLOB NOT NULL, analysis BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"""
_AT_ONCE = 500


class _Kept(msgspec.Struct):
    """An analysis as it is kept."""

    findings: list[Finding]
    notifications: list[Notification]


class Cache:
    """The cache of one run; `notifications` says what is wrong with it, where anything is."""

    def __init__(self, packages: Sequence[Package], rules: Sequence[LoadedRule], settings: Settings) -> None:
        self.notifications: list[Notification] = []
        self._packages = packages
        self._settings = settings
        self._base = _base(rules, settings)
        self._folder = settings.cache
        self._digests: dict[str, bytes] = {}

    def known(self) -> dict[int, Analysis]:
        """The analyses that need not be made anew, by the index of their package."""
        if self._folder is None or not (self._folder / _FILE).exists():
            return {}
        try:
            with closing(self._open()) as database:
                rows = dict(self._rows(database))
                found = {
                    index: done for index, key in enumerate(self._keys) if (done := self._kept(index, rows.get(key)))
                }
                self._touch(database, [self._keys[index] for index in found])
                return found
        except (sqlite3.Error, OSError, msgspec.MsgspecError) as error:
            self._give_up(error)
            return {}

    def keep(self, made: Mapping[int, Analysis]) -> None:
        """Keep analyses that were made in this run."""
        if self._folder is None or not made:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO analyses VALUES (?, ?, ?, ?)", self._rows_of(made))
            with closing(self._open()) as database:
                _shrink(database)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _open(self) -> sqlite3.Connection:
        assert self._folder is not None
        return sqlite3.connect(self._folder / _FILE, timeout=10)

    def _give_up(self, error: Exception) -> None:
        message = f"the cache in {self._folder} cannot be used, the run goes on without it: {error}"
        self.notifications = [Notification("cache-unusable", message, "note")]
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self._discard()
        self._folder = None

    def _discard(self) -> None:
        """Remove a damaged file, so that the next run begins a new one."""
        try:
            assert self._folder is not None
            (self._folder / _FILE).unlink(missing_ok=True)
        except OSError:
            return

    # Keys.

    @cached_property
    def _keys(self) -> list[bytes]:
        return [self._key(package) for package in self._packages]

    def _key(self, package: Package) -> bytes:
        whole = hashlib.blake2b(self._base, digest_size=20)
        whole.update(digest(package))
        whole.update("\0".join(sorted(package.named)).encode("utf-8", "surrogateescape"))
        return whole.digest()

    @cached_property
    def _by_path(self) -> dict[str, Package]:
        return by_import_path(self._packages)

    def _digest_of(self, import_path: str, importer: Package) -> bytes:
        """The digest of a consulted package, as it is now; empty where there is none."""
        if import_path not in self._digests:
            package = self._by_path.get(import_path) or neighbour(importer, import_path, self._settings)
            self._digests[import_path] = digest(package) if package is not None else b""
        return self._digests[import_path]

    # Rows.

    def _rows(self, database: sqlite3.Connection) -> Iterator[tuple[bytes, tuple[bytes, bytes]]]:
        for start in range(0, len(self._keys), _AT_ONCE):
            keys = self._keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(keys))
            query = f"SELECT key, consulted, analysis FROM analyses WHERE key IN ({marks})"
            yield from ((key, (consulted, analysis)) for key, consulted, analysis in database.execute(query, keys))

    def _kept(self, index: int, row: tuple[bytes, bytes] | None) -> Analysis | None:
        """The analysis in a row; None where there is none, or where a package that was consulted has changed."""
        if row is None:
            return None
        consulted = msgspec.msgpack.decode(row[0], type=dict[str, bytes])
        package = self._packages[index]
        if any(self._digest_of(path, package) != before for path, before in consulted.items()):
            return None
        kept = msgspec.msgpack.decode(row[1], type=_Kept)
        return Analysis(kept.findings, kept.notifications, consulted=frozenset(consulted))

    def _rows_of(self, made: Mapping[int, Analysis]) -> Iterator[tuple[bytes, bytes, bytes, int]]:
        now = int(time.time())
        for index, done in made.items():
            if any(note.kind == "rule-crash" for note in done.notifications):
                continue
            others = sorted(path for path in done.consulted if stdlib.source(path) is None)
            consulted = {path: self._digest_of(path, self._packages[index]) for path in others}
            try:
                analysis = msgspec.msgpack.encode(_Kept(done.findings, done.notifications))
                yield self._keys[index], msgspec.msgpack.encode(consulted), analysis, now
            except UnicodeEncodeError:  # a file name that is no UTF-8: made anew every time
                continue

    @staticmethod
    def _touch(database: sqlite3.Connection, keys: Iterable[bytes]) -> None:
        """Remember that rows were used; a cache that can only be read is as good."""
        today = int(time.time()) // 86_400 * 86_400
        try:
            with database:
                query = "UPDATE analyses SET used = ? WHERE key = ? AND used < ?"
                database.executemany(query, [(today, key, today) for key in keys])
        except sqlite3.OperationalError:
            return


def _shrink(database: sqlite3.Connection) -> None:
    """Drop the half that was not used for the longest time, where the file has become too large."""
    pages, size = (database.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    if pages * size <= LARGEST:
        return
    with database:
        half = database.execute("SELECT count(*) / 2 FROM analyses").fetchone()[0]
        query = "DELETE FROM analyses WHERE key IN (SELECT key FROM analyses ORDER BY used LIMIT ?)"
        database.execute(query, (half,))
    database.execute("VACUUM")


def digest(package: Package) -> bytes:
    """A digest of all that an analysis may read of a package; which of its files were named is no part of it."""
    whole = hashlib.blake2b(digest_size=20)
    parts = [package.path, package.name, package.module, package.go_version, package.import_path, str(package.guessed)]
    for file in package.files:
        flags = f"{file.is_test:d}{file.generated:d}{file.constrained_out:d}"
        parts += [file.path, flags, hashlib.blake2b(file.source, digest_size=20).hexdigest()]
    for other in package.c_files:
        parts += [other.path, hashlib.blake2b(other.source, digest_size=20).hexdigest()]
    whole.update("\0".join(parts).encode("utf-8", "surrogateescape"))
    return whole.digest()


def _base(rules: Sequence[LoadedRule], settings: Settings) -> bytes:
    """A digest of what is the same for all packages of a run: the program, the rules, the settings that they see."""
    parts = [__version__, _program(), *(loaded.rule.code for loaded in rules)]
    parts += [repr(sorted(settings.allocators.items())), str(settings.tests), repr(settings.tags)]
    parts += [str(settings.show_possible), str(bool(settings.profiles))]
    parts += [str(settings.goos), str(settings.goarch)]
    if settings.rules_dir is not None:
        files = sorted(settings.rules_dir.rglob("*.py"))
        parts += [hashlib.blake2b(file.read_bytes()).hexdigest() for file in files if file.is_file()]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=20).digest()


@cache
def _program() -> str:
    """What tells one state of golint-mem's own files from another while somebody works on them."""
    folders = {Path(__file__).parent, *map(Path, importlib.import_module("golint_mem.rules").__path__)}
    marks = []
    for folder in sorted(folders):
        for file in sorted(one for kind in ("*.py", "*.go.txt") for one in folder.rglob(kind)):
            found = file.stat()
            marks.append(f"{file.name}{found.st_size}{found.st_mtime_ns}")
    return hashlib.blake2b("".join(marks).encode()).hexdigest()
