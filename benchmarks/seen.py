"""What other tools see of the problems in testdata: tables made of what they report when they are run on it.

An expected finding counts as seen where the tool reports, anywhere in the same function, one of its checks that are
about memory, resources or the end of goroutines; all its checks are on. Needs the tools on the path.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_WANT = re.compile(r'// want "')
_ABOUT_MEMORY = re.compile(
    r"((govet: )?(lostcancel|copylocks|waitgroup)|(staticcheck: )?(SA200[023]|SA6\d\d\d|SA1015|SA1017|SA9001|SA500[35])"
    r"|(gosec: )?G118|(bodyclose|sqlclosecheck|prealloc|perfsprint|fatcontext|spancheck): |modernize: stringsbuilder"
    r"|gocritic: (deferInLoop|hugeParam|rangeValCopy)|revive: defer)"
)
Report = tuple[str, str, int]
Places = Mapping[tuple[str, str], list[tuple[int, int]]]


def families() -> dict[str, str]:
    """The family of each folder of testdata."""
    return {file.stem: file.parent.name for file in ROOT.glob("rules/*/*.py") if file.stem != "__init__"}


def expected(tree: Path) -> tuple[list[tuple[str, str, int]], dict[tuple[str, str], list[tuple[int, int]]]]:
    """Folder, file and line of what golint-mem reports, and from where to where the functions of each file go."""
    wanted, functions = [], defaultdict(list)
    for file in sorted(tree.glob("*/*.go")):
        start = 0
        for number, line in enumerate(file.read_text().splitlines(), 1):
            start = number if line.startswith("func ") else start
            if _WANT.search(line):
                wanted.append((file.parent.name, file.name, number))
            if start and line.startswith("}"):
                functions[file.parent.name, file.name].append((start, number))
                start = 0
    return wanted, functions


def around(functions: Places, folder: str, file: str, line: int) -> tuple[str, str, int]:
    """The function that a line stands in, by its first line; the line itself outside of functions."""
    return folder, file, next((a for a, b in functions.get((folder, file), ()) if a <= line <= b), line)


def values(text: str) -> Iterator[dict[str, object]]:
    """JSON values that stand one after the other; lines that begin with a hash are skipped."""
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
    while text:
        value, end = json.JSONDecoder().raw_decode(text)
        yield value
        text = text[end:].lstrip()


def vet(text: str) -> Iterator[Report]:
    """What `go vet -json` says."""
    for package in values(text):
        for checks in package.values():
            for check, found in checks.items():
                for one in found if isinstance(found, list) else ():
                    path, line, _ = one["posn"].rsplit(":", 2)
                    yield check, path, int(line)


def staticcheck(text: str) -> Iterator[Report]:
    """What `staticcheck -f json` says."""
    return ((one["code"], one["location"]["file"], one["location"]["line"]) for one in values(text))


def golangci(text: str) -> Iterator[Report]:
    """What golangci-lint says; the check is the linter with the start of the message, which names the check."""
    for one in json.loads(text.splitlines()[0])["Issues"]:
        name = f"{one['FromLinter']}: {one['Text'].partition(':')[0][:20]}"
        yield name, one["Pos"]["Filename"], one["Pos"]["Line"]


def gosec(text: str) -> Iterator[Report]:
    """What `gosec -fmt json` says."""
    return ((one["rule_id"], one["file"], int(one["line"].partition("-")[0])) for one in json.loads(text)["Issues"])


def semgrep(text: str) -> Iterator[Report]:
    """What `semgrep scan --json` says."""
    found = json.loads(text)["results"]
    return ((one["check_id"].rpartition(".")[2], one["path"], one["start"]["line"]) for one in found)


def tools(rules: str) -> dict[str, tuple[list[str], Callable[[str], Iterator[Report]]]]:
    """Each tool with all its checks."""
    limits = ["--max-issues-per-linter", "0", "--max-same-issues", "0", "--uniq-by-line=false"]
    return {
        "go vet": (["go", "vet", "-json", "./..."], vet),
        "staticcheck": (["staticcheck", "-checks", "all", "-f", "json", "./..."], staticcheck),
        "golangci-lint": (
            ["golangci-lint", "run", "--default", "all", *limits, "--output.json.path", "stdout", "./..."],
            golangci,
        ),
        "gosec": (["gosec", "-quiet", "-fmt", "json", "./..."], gosec),
        "semgrep": (["semgrep", "scan", "--json", "--metrics=off", "--no-git-ignore", "--config", rules, "."], semgrep),
    }


def main() -> None:
    """Run each tool on a copy of testdata and print the table, and which checks made it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("semgrep_rules", help="the folder `go` of semgrep's public rules")
    options = parser.parse_args()
    wanted, functions = expected(ROOT / "testdata")
    family = families()
    total = Counter(family[folder] for folder, _, _ in wanted)
    columns: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as copy:
        subprocess.run(["cp", "-r", f"{ROOT}/testdata/.", copy], check=True)
        for name, (command, read) in tools(str(Path(options.semgrep_rules).resolve())).items():
            done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
            reports = [*read(done.stdout if done.stdout.strip() else done.stderr)]
            about = [one for one in reports if _ABOUT_MEMORY.match(one[0])]
            places = {(around(functions, *Path(path).parts[-2:], line)) for _, path, line in about}
            columns[name] = Counter(family[one[0]] for one in wanted if around(functions, *one) in places)
            checks = Counter(check for check, _, _ in about)
            print(f"{name}: {len(reports)} reports, {len(about)} about memory: {dict(checks)}")
    print("\n| family | expected |", " | ".join(columns), "|\n|", " | ".join(["---"] * (len(columns) + 2)), "|")
    for one, number in sorted(total.items()):
        print(f"| {one} | {number} |", " | ".join(str(column[one]) for column in columns.values()), "|")
    print(f"| all | {total.total()} |", " | ".join(str(column.total()) for column in columns.values()), "|")


if __name__ == "__main__":
    main()
