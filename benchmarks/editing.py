"""Type in a function of a Go file through the language server, and time each change until its diagnostics are there."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient


class Editor:
    """An editor that remembers when it was told of which version of its one file."""

    def __init__(self, root: Path, file: Path) -> None:
        self.root, self.uri = root, file.as_uri()
        self.client = LanguageClient("benchmark", "1")
        self.told: dict[int | None, float] = {}
        self.news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _told(params: Any) -> None:
            if params.uri == self.uri:
                self.told.setdefault(params.version, time.perf_counter())
                self.news.set()

    async def start(self, text: str) -> None:
        """Start the server and open the file."""
        await self.client.start_io(sys.executable, "-m", "golint_mem", "lsp", "--stdio", cwd=self.root)
        folders = [types.WorkspaceFolder(self.root.as_uri(), "root")]
        await self.client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), workspace_folders=folders)
        )
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(self.uri, "go", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def change(self, text: str, version: int) -> float:
        """Change the file; the seconds until its diagnostics were there."""
        started = time.perf_counter()
        document = types.VersionedTextDocumentIdentifier(version=version, uri=self.uri)
        changes = [types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
        return await self.until(version) - started

    async def until(self, version: int) -> float:
        """When the diagnostics of a version came."""
        while version not in self.told:
            self.news.clear()
            await self.news.wait()
        return self.told[version]


async def measured(root: Path, file: Path, mark: str, changes: int) -> tuple[float, list[float]]:
    """The seconds for the whole package, and those for each change after it."""
    text = file.read_text()
    at = text.index("{\n", text.index(mark)) + 2
    editor = Editor(root, file)
    started = time.perf_counter()
    await editor.start(text)
    whole = await editor.until(1) - started
    seconds = []
    for number in range(changes):
        typed = f"{text[:at]}\t_ = {number}\n{text[at:]}"
        seconds.append(await editor.change(typed, number + 2))
        await asyncio.sleep(0.2)  # a fast typist
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    await editor.client.stop()
    return whole, seconds


def main() -> None:
    """Read the options, type, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="a folder with a go.mod")
    parser.add_argument("file", help="a file below it")
    parser.add_argument("function", help="text that its function starts with, such as `func (c *conn) serve(`")
    parser.add_argument("--changes", type=int, default=12)
    asked = parser.parse_args()
    root = asked.root.resolve()
    whole, seconds = asyncio.run(measured(root, root / asked.file, asked.function, asked.changes))
    print(f"{asked.file}: all of the package after {whole:.2f} s, a change after {statistics.median(seconds):.3f} s")
    print(
        f"(the median of {len(seconds)}; the first one after {seconds[0]:.3f} s, the longest {max(seconds[1:]):.3f} s)"
    )


if __name__ == "__main__":
    main()
