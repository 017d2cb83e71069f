"""What the finalizer rules say of their testdata, held against what happens when the testdata runs.

A finalizer that can never run is counted after collections; a double release is counted by the C function; a release in
the middle of a C call is seen by that call; and the registrations that throw are run in a process of their own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TESTDATA = Path(__file__).parent.parent / "testdata"
pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")

SETTLE = """
func settle() {
	for range 6 {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
	}
}
"""
NEVER_RUNS = """package neverruns

import (
	"fmt"
	"runtime"
	"time"
)
%s
func Oracle() {
	for _, one := range []struct {
		name string
		call func()
	}{%s} {
		ran.Store(0)
		func() {
			defer func() { recover() }()
			one.call()
		}()
		settle()
		fmt.Println(one.name, ran.Load())
	}
}
"""
LEFT_ARMED = """package leftarmed

import (
	"fmt"
	"runtime"
	"time"
)
%s
func tell(name string, call func()) {
	before := releases()
	call()
	settle()
	fmt.Println(name, releases()-before)
}

func Oracle() {
%s}
"""


def go_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build and run the program in `folder/oracle`."""
    return subprocess.run(
        ["go", "run", "./oracle", *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )


def program(folder: Path, package: str, call: str = "Oracle()") -> None:
    """A main package that calls one exported function of a testdata package."""
    shutil.copy(TESTDATA / "go.mod", folder)
    (folder / "oracle").mkdir()
    name = re.sub(r"\W", "", call.partition("(")[0])
    assert name
    source = f'package main\n\nimport testdata "example.com/testdata/{package}"\n\nfunc main() {{ testdata.{call} }}\n'
    (folder / "oracle" / "main.go").write_text(source, encoding="utf-8")


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """What the oracle printed: a name and a number on each line."""
    assert done.returncode == 0, done.stderr
    return {name: int(number) for name, number in (line.split() for line in done.stdout.splitlines())}


def test_finalizers_that_never_run(tmp_path: Path) -> None:
    package = "finalizer_never_runs"
    shutil.copytree(TESTDATA / package, tmp_path / package)
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((tmp_path / package).glob("*.go")))
    names = re.findall(r"^func ((?:Bad|Good)\w+)\(\)", sources, re.M)
    table = "".join(f'{{"{name}", {name}}}, ' for name in names)
    (tmp_path / package / "oracle.go").write_text(NEVER_RUNS % (SETTLE, table), encoding="utf-8")
    program(tmp_path, package)
    seen = counts(go_run(tmp_path))
    assert sorted(seen) == sorted(names) and len(names) > 25
    assert {name for name, count in seen.items() if name.startswith("Bad") and count} == set()
    assert {name for name, count in seen.items() if name.startswith("Good") and not count} == set()


def test_double_releases(tmp_path: Path) -> None:
    """Close is called, the object is dropped: the C function counts how often it released."""
    package = "finalizer_left_armed"
    (tmp_path / package).mkdir()
    for name in ("bad.go", "good.go"):
        source = (TESTDATA / package / name).read_text(encoding="utf-8")
        prefix = name.removesuffix(".go")
        counted = re.sub(r"\bfree\((\w)\); return 0;", f"(void)\\1; {prefix}_count++; return 1;", source)
        counted = re.sub(r"\{ free\((\w)\); \}", f"{{ (void)\\1; {prefix}_count++; }}", counted)
        counter = f"static int {prefix}_count;\nstatic int {prefix}_counted(void) {{ return {prefix}_count; }}"
        counted = counted.replace("#include <stdlib.h>", f"#include <stdlib.h>\n{counter}", 1)
        counted += f"\nfunc {prefix}Releases() int {{ return int(C.{prefix}_counted()) }}\n"
        (tmp_path / package / name).write_text(counted, encoding="utf-8")
    bad = {"Early": "Close", "Never": "Free", "Helper": "Close", "Passing": "Release", "Counted": "Close"}
    bad |= {"Cleaned": "Close", "Literal": "Close"}
    good = {"First": "Close", "Behind": "Close", "Nilled": "Free", "Marked": "Release", "Once": "Close"}
    good |= {"Swapped": "Close", "Wrapped": "Close", "Stopped": "Close"}
    calls = "".join(f'\ttell("{name}", func() {{ new{name}().{method}() }})\n' for name, method in (bad | good).items())
    releases = "\nfunc releases() int { return badReleases() + goodReleases() }\n"
    oracle = LEFT_ARMED % (SETTLE + releases, calls)
    (tmp_path / package / "oracle.go").write_text(oracle, encoding="utf-8")
    program(tmp_path, package)
    seen = counts(go_run(tmp_path))
    assert {name: seen[name] for name in bad} == dict.fromkeys(bad, 2)
    nilled = {"Nilled": 2}  # its second release is that of nil, which free takes
    assert {name: seen[name] for name in good} == dict.fromkeys(good, 1) | nilled


THROWS = {
    "value": "value(3)",
    "slice": "slice(8)",
    "field": "field(&whole{})",
    "element": "element(&whole{})",
    "twice": "twice()",
    "again": "again()",
    "wrongType": "wrongType()",
    "wrongCount": "wrongCount()",
}


@pytest.fixture(scope="module")
def misplaced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built program that runs one case of the testdata, by its name."""
    folder = tmp_path_factory.mktemp("misplaced")
    package = "finalizer_misplaced"
    shutil.copytree(TESTDATA / package, folder / package)
    cases = "".join(f'\tcase "{name}":\n\t\t{call}\n' for name, call in THROWS.items())
    clean = 'case "good":\n\t\tplain()\n\t\tfresh()\n\t\tlocal()\n\t\tfirstField(&box{})\n\t\tbyInterface()\n'
    clean += "\t\trearmed(&box{})\n\t\teither(true)\n\t\tmany(3)\n\t\tother()\n\t\tinner(&box{})\n"
    source = f"package misplaced\n\nfunc Oracle(name string) {{\n\tswitch name {{\n\t{clean}{cases}\t}}\n}}\n"
    (folder / package / "oracle.go").write_text(source, encoding="utf-8")
    program(folder, package, "Oracle(os.Args[1])")
    main = folder / "oracle" / "main.go"
    main.write_text(main.read_text(encoding="utf-8").replace("import testdata", 'import "os"\n\nimport testdata'))
    built = subprocess.run(["go", "build", "-o", "run", "./oracle"], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder / "run"


@pytest.mark.parametrize("name", THROWS)
def test_misplaced_finalizers_throw(misplaced: Path, name: str) -> None:
    done = subprocess.run([misplaced, name], capture_output=True, text=True)
    assert done.returncode == 2 and "fatal error: runtime.SetFinalizer" in done.stderr


def test_well_placed_finalizers_do_not(misplaced: Path) -> None:
    assert subprocess.run([misplaced, "good"], capture_output=True).returncode == 0


KEEPALIVE = """package keepalivemissing

import (
	"fmt"
	"runtime"
	"time"
)

func collect(stop chan bool) {
	for {
		select {
		case <-stop:
			return
		default:
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
}

func tell(name string, call func()) {
	stop := make(chan bool)
	go collect(stop)
	before := badHurt() + goodHurt()
	call()
	fmt.Println(name, badHurt()+goodHurt()-before)
	stop <- true
}

func Oracle() {
%s}
"""
WAITING = """#include <unistd.h>
static volatile int freed, hurt;
static int hurt_count(void) { return hurt; }
static void wait_for_it(void) {
	int before = freed;
	for (int i = 0; i < 60 && freed == before; i++) usleep(2000);
	hurt += freed != before;
}
"""


def test_objects_that_die_during_the_call(tmp_path: Path) -> None:
    """The C function waits while another goroutine collects, and sees whether its handle is released meanwhile."""
    package = "finalizer_keepalive_missing"
    (tmp_path / package).mkdir()
    for name in ("bad.go", "good.go"):
        source = (TESTDATA / package / name).read_text(encoding="utf-8")
        prefix = name.removesuffix(".go")
        source = re.sub(r"\{ free\((\w)\); \}", r"{ (void)\1; freed++; }", source)
        source = re.sub(r"(_read\(\w+ \*\w\) \{)", r"\1 wait_for_it();", source)
        source = source.replace("#include <stdlib.h>", f"#include <stdlib.h>\n{WAITING}", 1)
        source += f"\nfunc {prefix}Hurt() int {{ return int(C.hurt_count()) }}\n"
        (tmp_path / package / name).write_text(source, encoding="utf-8")
    bad = ["newMeter().Read()", "newMeter().ReadThroughGetter()", "newMeter().Deferred()", "newMeter().Level()"]
    bad += ["newMeter().Last()", "(&reading{newMeter()}).Value()", "newGauge().Value()", "newProbe().Value()"]
    good = ["newScale().Read()", "newScale().DeferredKeepAlive()", "newScale().Locked()", "newScale().Closure()"]
    good += ["newScale().Sum()", "newScale().Use()", "newScale().Later()"]
    calls = "".join(f'\ttell("{name}", func() {{ {name} }})\n' for name in (*bad, *good))
    (tmp_path / package / "oracle.go").write_text(KEEPALIVE % calls, encoding="utf-8")
    program(tmp_path, package)
    seen = counts(go_run(tmp_path))
    assert {name for name in bad if not seen[name]} == set()
    assert {name for name in good if seen[name]} == set()
