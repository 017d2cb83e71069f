"""The testdata of the pool rules, run: what the bad functions do wrong shows, and the good ones do nothing wrong.

The code is compiled with a pool that fills what is put back with poison, keeps it, and watches it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "tests" / "oracle" / "go" / "pools"
DECLARED = re.compile(r"^func (?:\(\w+ \*(\w+)\) )?(\w+)\(", re.MULTILINE)
WANT = re.compile(r'// want "GM\d+')
SHOWS = {
    "pool_used_after_put": {"poisoned", "escaped", "used", "written", "twice"},
    "pool_put_twice": {"twice"},
    "pool_put_missing": {"missing"},
    "pool_dirty_reuse": {"dirty"},
    "pool_unbounded_buffer": {"large", "shrunk"},
    "pool_wrong_type": {"mismatch"},
    "pool_of_no_use": {"useless", "panic"},
    "pool_held_elsewhere": {"poisoned", "written"},
}
GENTLE = frozenset({"pool_dirty_reuse", "pool_unbounded_buffer", "pool_of_no_use"})
NOT_SHOWN = {
    "pool_used_after_put": {"writtenByADefer"},
    "pool_dirty_reuse": {"render"},
    "pool_unbounded_buffer": {"Release"},
    "pool_wrong_type": {"arrayPutBack", "owner.embeddedPutBack"},
    "pool_of_no_use": {"byValue", "keeper.copied"},
    "pool_held_elsewhere": {"finalizer"},
}
"""What needs a second caller, the compiler's vet or the garbage collector to show."""
MEANT = {
    "pool_put_twice": {"twice": {"internal.Close"}},
    "pool_used_after_put": {
        "twice": {"closingReader.Read", "encoder.encode"},
        "escaped": {"encoder.encode"},
        "poisoned": {"encoder.encode"},
    },
    "pool_put_missing": {"missing": {"handedOn", "tooLarge", "putUnlessLarge", "dropsTheLarge", "carrier.begin"}},
    "pool_unbounded_buffer": {"large": {"growBySize"}, "shrunk": {"putByLength"}},
    "pool_wrong_type": {"mismatch": {"putMixed"}},
    "pool_of_no_use": {"useless": {"forGoroutines", "forOneLoop"}, "panic": {"stock.get"}},
}
"""What good functions do on purpose, or may do in circumstances that the rule trusts."""

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


def functions(text: str) -> dict[str, str]:
    """The functions and methods of a Go file by name, with their text."""
    found = list(DECLARED.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {
        f"{one[1]}.{one[2]}" if one[1] else one[2]: text[one.start() : end]
        for one, end in zip(found, ends, strict=True)
        if one[2] not in ("init", "endsTheProcess")
    }


def run(folder: str, tmp_path: Path) -> dict[str, set[str]]:
    """What happens in the functions of a testdata folder."""
    (tmp_path / "go.mod").write_text("module example.com/oracle\n\ngo 1.23\n")
    names: list[str] = []
    for kind in ("bad", "good"):
        text = (ROOT / "testdata" / folder / f"{kind}.go").read_text()
        names += functions(text)
        text = text.replace("sync.Pool", "watch.Pool") + "\nvar _ watch.Pool\n"
        text += "var _ sync.Locker\n" if '"sync"' in text else ""
        imported = 'package main\n\nimport "example.com/oracle/watch"'
        (tmp_path / f"{kind}.go").write_text(re.sub(r"^package \w+", imported, text, flags=re.MULTILINE))
    shutil.copytree(SOURCES, tmp_path / "watch")
    listed = "".join(f'"{name}": {_expression(name)},\n' for name in names)
    main = 'package main\n\nimport "example.com/oracle/watch"\n\nfunc main() {\nwatch.Main(map[string]any{\n'
    (tmp_path / "main.go").write_text(f"{main}{listed}}})\n}}\n")
    command = ["go", "run", ".", *(["gentle"] if folder in GENTLE else [])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return {name: set(events) for name, events in json.loads(done.stdout).items()}


def _calls(text: str, name: str) -> bool:
    return re.search(rf"\b{name.rpartition('.')[2]}\(", text) is not None


def _expression(name: str) -> str:
    kind, _, method = name.rpartition(".")
    return f"(*{kind}).{method}" if kind else name


@needs_go
@pytest.mark.parametrize("folder", SHOWS)
def test_what_is_flagged_goes_wrong(folder: str, tmp_path: Path) -> None:
    seen = run(folder, tmp_path)
    bad = functions((ROOT / "testdata" / folder / "bad.go").read_text())
    flagged = {name for name, text in bad.items() if WANT.search(text)} - NOT_SHOWN.get(folder, set())
    assert flagged
    callers = {name: [name, *(other for other, text in bad.items() if _calls(text, name))] for name in flagged}
    shown = {name for name in flagged for other in callers[name] if seen[other] & SHOWS[folder]}
    assert flagged - shown == set()
    good = functions((ROOT / "testdata" / folder / "good.go").read_text())
    meant = MEANT.get(folder, {})
    wrong = {
        (name, event) for name in good for event in seen[name] & SHOWS[folder] if name not in meant.get(event, set())
    }
    assert wrong == set()


ARGUMENTS = {
    "slice": "",
    "inAClosure": "",
    "namedSlice": "make(block, 16)",
    "structValue": "point{1, 2}",
    "text": "strings.Repeat(`x`, 3)",
    "number": "5000 + len(os.Args)",
    "pointer": "new(bytes.Buffer)",
    "pointerToSlice": "new([]byte)",
    "interfaceValue": "sha256.New()",
    "array": "make([]byte, 4096)",
    "channel": "make(chan error)",
    "table": "map[string]int{}",
    "function": "func() {}",
}


@needs_go
def test_what_is_boxed_allocates(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/oracle\n\ngo 1.23\n")
    folder = ROOT / "testdata" / "pool_value_boxed"
    for kind in ("bad", "good"):
        text = (folder / f"{kind}.go").read_text()
        (tmp_path / f"{kind}.go").write_text(re.sub(r"^package \w+", "package main", text, flags=re.MULTILINE))
    calls = "".join(
        f"{{ v := any({value or 'nil'}); _ = v\n"
        + (f"a := {value}\n" if value else "")
        + f'fmt.Println("{name}", testing.AllocsPerRun(200, func() {{ {name}({"a" if value else ""}) }})) }}\n'
        for name, value in ARGUMENTS.items()
    )
    imports = "".join(f'"{name}"\n' for name in ("bytes", "crypto/sha256", "fmt", "os", "strings", "testing"))
    (tmp_path / "main.go").write_text(f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n{calls}}}\n")
    done = subprocess.run(["go", "run", "."], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    counted = {name: float(count) for name, count in (line.split() for line in done.stdout.splitlines())}
    bad = functions((folder / "bad.go").read_text())
    flagged = {name for name in ARGUMENTS if name in bad and WANT.search(bad[name])}
    assert len(flagged) == 6
    assert {name for name, count in counted.items() if count >= 1} == flagged
