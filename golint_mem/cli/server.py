"""The language server: what changes is analysed at once, and its package when the keys rest.

Whole packages are analysed in another process, so that keys which are pressed meanwhile need not wait. Its answer is
what the next changes are compared with: the functions that read as in it keep what was found in them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from golint_mem import __version__
from golint_mem.cli.asked import settings_of
from golint_mem.errors import GolintMemError, NothingToAnalyse
from golint_mem.findings import Finding, Report
from golint_mem.recheck import Rechecks
from golint_mem.report.diagnostics import Translator
from golint_mem.settings import Settings

PAUSE = 0.02  # seconds without a key before the files that changed are analysed
REST = 0.5  # seconds without a key before their package is
NO_OPTIONS: Mapping[str, Any] = {
    **dict.fromkeys(("config", "tests", "goos", "goarch", "jobs", "show", "rules_dir", "compiler")),
    **dict.fromkeys(("select", "ignore", "tags"), ()),
}


@dataclass(frozen=True)
class Analysed:
    """What is known of one folder: the report, the root that its paths are relative to, and the versions it is of."""

    root: Path
    report: Report
    versions: Mapping[str, int | None]


class Server(LanguageServer):
    """Remembers what was found in which folder, and analyses one folder at a time."""

    def __init__(self) -> None:
        super().__init__("golint-mem", __version__)
        self._here = ThreadPoolExecutor(1, thread_name_prefix="golint-mem")
        self._apart: Executor | None = None
        self._folders: dict[Path, Analysed] = {}
        self._bases: dict[Path, Analysed] = {}
        self._rechecks: dict[Path, Rechecks] = {}
        self._shown: dict[Path, set[str]] = {}
        self._running: dict[Path, asyncio.Task[None]] = {}
        self._stale: dict[Path, set[Path]] = {}
        self._complaint = ""

    def warm_up(self) -> None:
        """Load what the first analysis needs while the editor is still starting."""
        self._here.submit(_load)
        self._another_process().submit(_load)

    def _another_process(self) -> Executor:
        """A process that analyses packages; none of the server's threads are copied into it."""
        if self._apart is None:
            self._apart = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        return self._apart

    def end(self) -> None:
        """End the other process, whatever it is about."""
        if self._apart is not None:
            for process in multiprocessing.active_children():
                process.terminate()
            self._apart.shutdown(wait=False, cancel_futures=True)

    def changed(self, uri: str) -> None:
        """See to it that the folder of a file is analysed soon, with what is in the editor by then."""
        path = to_fs_path(uri)
        if path is None or not path.endswith(".go"):
            return
        folder = Path(path).parent
        self._stale.setdefault(folder, set()).add(Path(path))
        if folder not in self._running:
            task = asyncio.get_running_loop().create_task(self._follow(folder))
            self._running[folder] = task
            task.add_done_callback(lambda _: self._running.pop(folder, None))

    async def _follow(self, folder: Path) -> None:
        """Analyse what changes in a folder until it rests, then all of it, as one function may count for another."""
        while folder in self._stale:
            await asyncio.sleep(PAUSE)
            if folder in self._bases:
                await self._what_changed(folder)
                await self._rest(folder)
            if folder not in self._stale or folder not in self._bases:
                await self._all_of_it(folder)

    async def _rest(self, folder: Path) -> None:
        """Wait for the keys to rest, or for the next change."""
        end = asyncio.get_running_loop().time() + REST
        while folder not in self._stale and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(PAUSE)

    async def _what_changed(self, folder: Path) -> set[Path]:
        """Analyse what is not as it was when all of a folder was analysed, and show it; the files that may differ."""
        root, base, texts = self._root(folder), self._bases[folder], self._texts()
        changed = self._stale.pop(folder) | {path for path in texts if path.parent == folder}
        wanted = {path for path in changed if texts.get(path) != base.report.sources.get(_relative(path, root))}
        if not all(path.is_file() for path in wanted):
            return changed
        versions, before = self._versions(folder), base.report
        rechecks = self._rechecks.setdefault(folder, Rechecks())
        loop = asyncio.get_running_loop()
        task = loop.run_in_executor(self._here, reanalyse, rechecks, root, folder, texts, wanted, before)
        report, complaint = await task
        self._complain(complaint)
        self._publish(folder, Analysed(root, report, versions))
        return changed

    async def _all_of_it(self, folder: Path) -> None:
        """Analyse a folder in another process; what changes meanwhile is shown meanwhile, and once more after it."""
        self._stale.pop(folder, None)
        root, texts, versions = self._root(folder), self._texts(), self._versions(folder)
        loop, later = asyncio.get_running_loop(), set[Path]()
        task = loop.run_in_executor(self._another_process(), analyse, root, folder, texts)
        while not task.done():
            await asyncio.wait({task}, timeout=PAUSE)
            if folder in self._stale and folder in self._bases:
                later |= await self._what_changed(folder)
        try:
            report, complaint = task.result()
        except BrokenProcessPool:
            self._apart, report, complaint = None, Report(), "the process that analyses packages came to an end"
        self._complain(complaint)
        self._bases[folder] = Analysed(root, report, versions)
        self._rechecks.pop(folder, None)
        if later:
            self._stale.setdefault(folder, set()).update(later)
        elif folder not in self._stale:
            self._publish(folder, self._bases[folder])

    def _complain(self, message: str) -> None:
        """Tell the person what is wrong with, say, the configuration; once until it is mended."""
        if message and message != self._complaint:
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, f"golint-mem: {message}"))
        self._complaint = message

    def _root(self, folder: Path) -> Path:
        """The folder of the workspace that holds a folder, or the nearest one with a `go.mod`, or itself."""
        paths = (to_fs_path(one.uri) for one in self.workspace.folders.values())
        roots = [Path(path) for path in paths if path and folder.is_relative_to(path)]
        if roots:
            return max(roots, key=lambda root: len(root.parts))
        return next((one for one in (folder, *folder.parents) if (one / "go.mod").is_file()), folder)

    def _texts(self) -> dict[Path, bytes]:
        """What the editor holds of the files that are open."""
        found = {}
        for uri, document in self.workspace.text_documents.items():
            path = to_fs_path(uri)
            if path is not None and path.endswith(".go"):
                found[Path(path)] = document.source.encode("utf-8", "replace")
        return found

    def _versions(self, folder: Path) -> dict[str, int | None]:
        opened = ((to_fs_path(uri), document.version) for uri, document in self.workspace.text_documents.items())
        root = self._root(folder)
        return {_relative(path, root): version for path, version in opened if path and Path(path).parent == folder}

    def _publish(self, folder: Path, analysed: Analysed) -> None:
        self._folders[folder] = analysed
        translator = self.translator(analysed)
        found = translator.diagnostics()
        for path in {*found, *analysed.versions, *self._shown.get(folder, ())}:
            version = analysed.versions.get(path)
            params = lsp.PublishDiagnosticsParams(translator.uri(path), found.get(path, []), version)
            self.text_document_publish_diagnostics(params)
        self._shown[folder] = set(found)

    def translator(self, analysed: Analysed) -> Translator:
        """What turns findings of an analysis into what the client understands."""
        return Translator(
            analysed.report,
            self.workspace.position_codec.client_num_units,
            lambda path: from_fs_path(str(analysed.root / path)) or "",
        )

    def at(self, uri: str, wanted: lsp.Range) -> Iterator[tuple[Analysed, Finding]]:
        """The findings of a file that touch a range."""
        path = to_fs_path(uri)
        analysed = self._folders.get(Path(path).parent) if path else None
        if path is None or analysed is None:
            return
        translator, relative = self.translator(analysed), _relative(path, analysed.root)
        for finding in analysed.report.findings:
            if finding.place.path == relative and _touch(translator.range(finding.place), wanted):
                yield analysed, finding


def analyse(root: Path, folder: Path, texts: Mapping[Path, bytes]) -> tuple[Report, str]:
    """The report on one folder, and what stands in the way of one."""
    from golint_mem.pipeline import check

    return _told(lambda: check(_settings(root, folder, texts)))


def reanalyse(
    rechecks: Rechecks, root: Path, folder: Path, texts: Mapping[Path, bytes], changed: Set[Path], before: Report
) -> tuple[Report, str]:
    """The report on one folder of which files have changed since there was one, and what stands in the way of it."""
    return _told(lambda: rechecks.report(_settings(root, folder, texts, changed), before) if changed else before)


def _told(made: Callable[[], Report]) -> tuple[Report, str]:
    try:
        return made(), ""
    except NothingToAnalyse:
        return Report(), ""
    except GolintMemError as error:
        return Report(), str(error)


def _settings(root: Path, folder: Path, texts: Mapping[Path, bytes], changed: Set[Path] | None = None) -> Settings:
    """The settings of the configuration, for one folder; nothing is compiled, and half-typed text is not cached."""
    unsaved = {_relative(path, root): text for path, text in texts.items() if path.parent == folder}
    paths = tuple(sorted(_relative(path, root) for path in (changed if changed is not None else (folder,))))
    found = settings_of(root, (), NO_OPTIONS)
    return replace(found, paths=paths, unsaved=unsaved, jobs=1, compiler=False, cache=None)


def _relative(path: Path | str, root: Path) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _touch(one: lsp.Range, other: lsp.Range) -> bool:
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: lsp.Position) -> tuple[int, int]:
    return position.line, position.character


def _load() -> None:
    """Import the rules."""
    import golint_mem.pipeline  # noqa: F401
    from golint_mem.rule import builtin_rules

    builtin_rules()


def made() -> Server:
    """A server that knows what to do."""
    server = Server()

    @server.feature(lsp.INITIALIZED)
    def _initialized(_: lsp.InitializedParams) -> None:
        server.warm_up()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def _saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    quick_fixes = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, quick_fixes)
    def _actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = server.at(params.text_document.uri, params.range)
        return [made for known, one in found for made in server.translator(known).actions(one, known.versions)]

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def _hover(params: lsp.HoverParams) -> lsp.Hover | None:
        here = lsp.Range(params.position, params.position)
        texts = [server.translator(known).hover(one) for known, one in server.at(params.text_document.uri, here)]
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n---\n\n".join(texts))) if texts else None

    return server


def serve() -> None:
    """Serve one editor over standard input and output."""
    server = made()
    try:
        server.start_io()
    finally:
        server.end()
