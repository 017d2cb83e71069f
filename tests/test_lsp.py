"""The language server, over standard input and output: with the client library of pygls, and with that of VS Code."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.tools import BROWSER, node_modules

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pygls") is None, reason="pygls is not installed")
HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\n'
LEAK = HEAD + "func leak(s string) {\n\t/* 日本😀 */ C.puts(C.CString(s))\n}\n"
FIXABLE = HEAD + 'func leak(s string) {\n\tC.puts(C.CString("日本😀" + s))\n}\n'
CLEAN = HEAD + "func fine() {}\n"
COMMAND = [sys.executable, "-m", "golint_mem", "lsp", "--stdio"]
TIMEOUT = 20
SLOWNESS = 3  # how much slower than a machine of its own a busy build server may be
FUNCTION = """func NAME(s string) int {
	p := C.CString(s)
	defer C.free(unsafe.Pointer(p))
	for i := 0; i < 9; i++ {
		if s == "" {
			return i
		}
	}
	return int(C.strlen(p))
}

"""


class Editor:
    """An editor with one workspace: it keeps the diagnostics that it was told, by file name."""

    def __init__(self, folder: Path) -> None:
        from lsprotocol import types
        from pygls.lsp.client import LanguageClient

        self.types = types
        self.folder = folder
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, list[Any]] = {}
        self.messages: list[str] = []
        self.heard: Callable[[str, list[Any]], None] = lambda _name, _found: None
        self.news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _told(params: Any) -> None:
            name = params.uri.rpartition("/")[2]
            self.told[name] = params.diagnostics
            self.heard(name, params.diagnostics)
            self.news.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def _shown(params: Any) -> None:
            self.messages.append(params.message)
            self.news.set()

    async def start(self, encoding: str = "utf-16", folders: bool = True) -> Any:
        """Start the server and greet it."""
        types = self.types
        await self.client.start_io(*COMMAND, cwd=self.folder)
        general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
        workspace = [types.WorkspaceFolder(self.folder.as_uri(), "a")] if folders else None
        parameters = types.InitializeParams(
            capabilities=types.ClientCapabilities(general=general), workspace_folders=workspace
        )
        answer = await self.client.initialize_async(parameters)
        self.client.initialized(types.InitializedParams())
        return answer

    async def stop(self) -> None:
        """Say good-bye."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def uri(self, name: str) -> str:
        """What the protocol calls a file."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> None:
        """Open a file with this text."""
        item = self.types.TextDocumentItem(self.uri(name), "go", 1, text)
        self.client.text_document_did_open(self.types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str, version: int) -> None:
        """Replace the text of a file."""
        document = self.types.VersionedTextDocumentIdentifier(version=version, uri=self.uri(name))
        whole = self.types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(self.types.DidChangeTextDocumentParams(document, [whole]))

    def close(self, name: str) -> None:
        """Close a file."""
        document = self.types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(self.types.DidCloseTextDocumentParams(document))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something was told that makes this true."""
        async with asyncio.timeout(TIMEOUT):
            while not holds():
                self.news.clear()
                await self.news.wait()

    async def count(self, name: str, number: int) -> None:
        """Wait until a file has that many diagnostics."""
        await self.until(lambda: name in self.told and len(self.told[name]) == number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A module with a clean file."""
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(CLEAN)
    return tmp_path


def play(folder: Path, script: Callable[[Editor], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Play a script with an editor that is started and stopped around it."""

    async def all_of_it() -> None:
        editor = Editor(folder)
        await editor.start(**options)
        await script(editor)
        await editor.stop()

    asyncio.run(all_of_it())


def test_findings_come_and_go_with_unsaved_text(folder: Path) -> None:
    async def script(editor: Editor) -> None:
        editor.open("a.go", CLEAN)
        await editor.count("a.go", 0)
        editor.change("a.go", LEAK, 2)
        await editor.count("a.go", 1)
        (found,) = editor.told["a.go"]
        assert (found.code, found.source, found.severity) == ("GM101", "golint-mem", 2)
        assert "docs/rules.md#gm101-" in found.code_description.href
        assert found.related_information[0].message == "C.CString makes it here"
        editor.change("a.go", CLEAN, 3)
        await editor.count("a.go", 0)

    play(folder, script)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_as_the_client_counts(folder: Path, encoding: str) -> None:
    async def script(editor: Editor) -> None:
        editor.open("a.go", LEAK)
        await editor.count("a.go", 1)
        where = editor.told["a.go"][0].range
        assert (where.start.line, where.start.character) == (6, sizes[encoding])

    line = LEAK.split("\n")[6]
    before = line[: line.index("C.CString")]
    sizes = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}
    assert len(set(sizes.values())) == 3
    play(folder, script, encoding=encoding)


def test_other_files_of_the_package_count_and_a_new_file_needs_no_disk(folder: Path) -> None:
    helper = HEAD + 'import "unsafe"\n\nfunc free(p *C.char) { C.free(unsafe.Pointer(p)) }\n'
    user = HEAD + "func use(s string) {\n\tp := C.CString(s)\n\tC.puts(p)\n\tfree(p)\n}\n"
    (folder / "helper.go").write_text(helper)

    async def script(editor: Editor) -> None:
        editor.open("new.go", user)
        await editor.count("new.go", 0)
        editor.open("helper.go", helper.replace("C.free(unsafe.Pointer(p))", "_ = unsafe.Pointer(p)"))
        await editor.count("new.go", 1)
        editor.close("helper.go")
        await editor.count("new.go", 0)

    play(folder, script)


def test_what_is_in_other_files_stays_while_one_is_edited(folder: Path) -> None:
    (folder / "b.go").write_text(LEAK.replace("leak", "other"))

    async def script(editor: Editor) -> None:
        editor.open("a.go", LEAK)
        await editor.until(lambda: len(editor.told) == 2)
        seen = []
        editor.heard = lambda name, found: seen.append((name, len(found)))
        for version, text in enumerate([CLEAN, LEAK, CLEAN, LEAK], 2):
            editor.change("a.go", text, version)
            await editor.count("a.go", text.count("C.CString"))
        assert {number for name, number in seen if name == "b.go"} == {1}
        (folder / "b.go").write_text(CLEAN.replace("fine", "other"))
        editor.change("a.go", LEAK + "\n", 6)
        await editor.count("b.go", 0)

    play(folder, script)


def test_quick_fixes_mend_and_ignore(folder: Path) -> None:
    async def script(editor: Editor) -> None:
        types = editor.types
        editor.open("a.go", FIXABLE)
        await editor.count("a.go", 1)
        (found,) = editor.told["a.go"]
        context = types.CodeActionContext(diagnostics=[found])
        document = types.TextDocumentIdentifier(editor.uri("a.go"))
        parameters = types.CodeActionParams(document, found.range, context)
        mend, ignore = await editor.client.text_document_code_action_async(parameters)
        assert mend.is_preferred and mend.kind == "quickfix" and ignore.title == "Ignore GM101 in this line"
        version = 2
        for action in (ignore, mend):
            (change,) = action.edit.document_changes
            assert change.text_document.version == 1
            editor.change("a.go", edited(FIXABLE, change.edits), version)
            await editor.count("a.go", 0)
            editor.change("a.go", FIXABLE, version + 1)
            await editor.count("a.go", 1)
            version += 2
        assert 'C.puts(C.CString("日本😀" + s)) //nolint:GM101 // why?\n' in edited(
            FIXABLE, ignore.edit.document_changes[0].edits
        )
        elsewhere = types.Range(types.Position(0, 0), types.Position(0, 1))
        assert not await editor.client.text_document_code_action_async(
            types.CodeActionParams(document, elsewhere, context)
        )

    play(folder, script)


def edited(text: str, edits: list[Any]) -> str:
    """A text after edits whose columns count UTF-16 units."""
    lines = text.split("\n")

    def offset(position: Any) -> int:
        before = lines[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
        return sum(len(line) + 1 for line in lines[: position.line]) + len(before)

    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def test_hover_shows_the_help_of_the_rule(folder: Path) -> None:
    async def script(editor: Editor) -> None:
        types = editor.types
        editor.open("a.go", LEAK)
        await editor.count("a.go", 1)
        document = types.TextDocumentIdentifier(editor.uri("a.go"))
        position = editor.told["a.go"][0].range.start
        hover = await editor.client.text_document_hover_async(types.HoverParams(document, position))
        assert hover.contents.kind == "markdown" and "**GM101 cgo-memory-never-freed**" in hover.contents.value
        assert "#### Why is this bad" in hover.contents.value
        nowhere = types.HoverParams(document, types.Position(0, 0))
        assert await editor.client.text_document_hover_async(nowhere) is None

    play(folder, script)


def test_the_configuration_counts_and_a_wrong_one_is_told(folder: Path) -> None:
    async def script(editor: Editor) -> None:
        editor.open("a.go", LEAK)
        await editor.count("a.go", 1)
        (folder / ".golint-mem.toml").write_text('ignore = ["GM101"]\n')
        editor.change("a.go", LEAK + "\n", 2)
        await editor.count("a.go", 0)
        (folder / ".golint-mem.toml").write_text('ignore = ["GM1O1"]\ncompiler = true\n')
        editor.change("a.go", LEAK, 3)
        await editor.until(lambda: bool(editor.messages))
        assert "unknown rule 'GM1O1'" in editor.messages[0]
        (folder / ".golint-mem.toml").unlink()
        editor.change("a.go", LEAK + "\n\n", 4)
        await editor.count("a.go", 1)

    play(folder, script)


@pytest.mark.parametrize(
    "text", ["", "package", "package a\n\nfunc (", "package a\n\nfunc f() { \x00 }", "//nolint:", LEAK[:-40]]
)
def test_broken_text_breaks_nothing(folder: Path, text: str) -> None:
    async def script(editor: Editor) -> None:
        editor.open("a.go", text)
        await editor.until(lambda: "a.go" in editor.told)
        editor.change("a.go", LEAK, 2)
        await editor.count("a.go", 1)

    play(folder, script, folders=False)


def big_package(folder: Path) -> None:
    """A package of nine files with forty functions that deal with C memory."""
    (folder / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    for number in range(8):
        functions = "".join(FUNCTION.replace("NAME", f"f{number}_{one}") for one in range(5))
        head = HEAD.replace("<stdlib.h>", "<stdlib.h>\n// #include <string.h>") + 'import "unsafe"\n\n'
        (folder / f"b{number}.go").write_text(head + functions)
    (folder / "a.go").write_text(LEAK)


def test_the_client_of_vs_code_is_served_quickly(tmp_path: Path) -> None:
    modules = node_modules()
    big_package(tmp_path)
    command = ["node", str(BROWSER / "editor.mjs"), str(modules), str(tmp_path), *COMMAND]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["code"] == 0 and seen["capabilities"]["hoverProvider"]
    assert [one["code"] for one in seen["opened"]["diagnostics"]] == ["GM101"]
    assert len(seen["changed"]["diagnostics"]) == 1 and seen["hover"]["contents"]["kind"] == "markdown"
    assert [one["title"] for one in seen["actions"]][-1] == "Ignore GM101 in this line"
    print("seconds per change:", sorted(round(one, 3) for one in seen["seconds"]))
    assert min(seen["seconds"]) < 0.2 * SLOWNESS
    assert statistics.median(seen["seconds"]) < 0.4 * SLOWNESS


def test_without_pygls_the_command_says_what_to_install(folder: Path) -> None:
    program = "import sys\nsys.modules['pygls'] = None\nfrom golint_mem.cli.main import main\nmain(['lsp'])\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 2 and "pip install 'golint-mem[lsp]'" in done.stderr
