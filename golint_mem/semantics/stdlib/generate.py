"""Make `api.go.txt` from a Go distribution: `python -m golint_mem.semantics.stdlib.generate GOROOT > api.go.txt`.

The format of the files in `api/` is that of cmd/api: `pkg os, func Open(string) (*File, error)`. Lines for one system
alone (`pkg syscall (linux-386), ...`) and packages that no rule asks for are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_LINE = re.compile(r"pkg ([\w/.]+), (func|method|type|var|const) (.*?)(?: #\d+)?$")
_LEFT_OUT = re.compile(r"(?:syscall|debug/.*|log/syslog|unicode|go/constant|image/color/palette|testing/cryptotest)$")
_IDEAL = {
    "ideal-int": "int",
    "ideal-string": "string",
    "ideal-char": "rune",
    "ideal-float": "float64",
    "ideal-bool": "bool",
}
_STRUCT = re.compile(r"(\w+)(\[.*\])? struct(?:, (.*))?$")
_INTERFACE = re.compile(r"(\w+)(\[.*\])? interface(?:, (?!unexported)(.*)| \{.*\})?(?:, .*)?$")


class _Package:
    """The declarations of one package, on their way to source text."""

    def __init__(self) -> None:
        self.lines: dict[str, None] = {}
        self.bodies: dict[str, dict[str, None]] = {}

    def add(self, kind: str, rest: str) -> None:
        rest = re.sub(r"\$(\d+)", r"T\1", rest)
        rest = re.sub(r"(chan |\]|\*)struct\b(?! ?\{)", r"\1struct{}", rest)
        if kind == "type":
            self._type(rest)
        elif kind == "const":
            if "=" not in rest:
                name, _, kind = rest.partition(" ")
                self.lines[f"var {name} {_IDEAL.get(kind, kind)}"] = None
        else:
            self.lines[f"{'func' if kind == 'method' else kind} {rest}"] = None

    def _type(self, rest: str) -> None:
        for pattern, word in ((_STRUCT, "struct"), (_INTERFACE, "interface")):
            found = pattern.match(rest)
            if found:
                body = self.bodies.setdefault(f"type {found.group(1)}{found.group(2) or ''} {word}", {})
                member = (found.group(3) or "").removeprefix("embedded ")
                if member and member != "unexported methods":
                    body[member] = None
                return
        self.lines[f"type {rest}"] = None

    def text(self) -> Iterator[str]:
        """The declarations, types first."""
        aliases = {line.split()[1] for line in self.lines if line.startswith("type ")}
        for head, members in sorted(self.bodies.items()):
            if head.split()[1] in aliases:
                continue
            yield f"{head} {{\n" + "".join(f"\t{one}\n" for one in members) + "}"
        yield from sorted(self.lines)


def generate(lines: Iterable[str]) -> Iterator[str]:
    """The lines of `api.go.txt`, from the lines of the distribution's files."""
    packages: dict[str, _Package] = {}
    for line in lines:
        found = _LINE.match(line.rstrip())
        if found and "//deprecated" not in line and not _LEFT_OUT.match(found.group(1)):
            packages.setdefault(found.group(1), _Package()).add(found.group(2), found.group(3))
    for path, package in sorted(packages.items()):
        yield f"// import {path}"
        yield f"package {path.rpartition('/')[2]}"
        yield from package.text()


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1], "api").glob("go1*.txt"))
    print("\n".join(generate(line for file in files for line in file.read_text("utf-8").splitlines())))
