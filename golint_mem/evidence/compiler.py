"""The compiler cross-check: build the packages in which findings make claims, and judge the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from golint_mem.evidence.gotool import GoProblem, compile_packages, version
from golint_mem.evidence.messages import Reading
from golint_mem.evidence.verdicts import Source, Verdicts
from golint_mem.findings import Finding, Notification
from golint_mem.project.modules import Modules
from golint_mem.project.package import Package
from golint_mem.settings import Settings


def cross_check(
    findings: Sequence[Finding], packages: Sequence[Package], settings: Settings
) -> tuple[list[Finding], list[Notification]]:
    """The findings that the compiler does not refute, and what was run or went wrong.

    A finding that rests on the compiler alone goes where the compiler says otherwise; another one is lowered.
    """
    claimed = [(finding.place.path, finding.claim) for finding in findings if finding.claim is not None]
    asked = {one.path or path for path, claim in claimed for one in (claim, *claim.costs)}
    if not asked:
        return list(findings), []
    try:
        version(settings.root)
    except GoProblem as problem:
        return list(findings), [Notification("compiler-missing", f"nothing was compiled: {problem}")]
    concerned = [package for package in packages if any(file.path in asked for file in package.files)]
    sources = {file.path: Source(settings.root, file) for package in concerned for file in package.files}
    verdicts, notifications = Verdicts(sources), []
    for module, group in _by_module(concerned, settings.root).items():
        notifications += _compile(module, group, asked, verdicts, settings)
    judged = (verdicts.judged(finding) for finding in findings)
    return [finding for finding in judged if finding is not None], [*notifications, *_unknown(verdicts.reading)]


def _by_module(packages: Iterable[Package], root: Path) -> Mapping[Path, list[Package]]:
    """The packages by the folder of their module; a folder without a module stands for itself."""
    modules = Modules()
    found: dict[Path, list[Package]] = defaultdict(list)
    for package in packages:
        folder = (root / package.path).resolve()
        found[modules.of(folder).folder or folder].append(package)
    return found


def _compile(
    module: Path, packages: Iterable[Package], asked: set[str], verdicts: Verdicts, settings: Settings
) -> list[Notification]:
    folders = list(dict.fromkeys((settings.root / package.path).resolve() for package in packages))
    files = [file for package in packages for file in package.files if file.path in asked]
    names = {name for file in files for name in verdicts.sources[file.path].names()}
    tests = any(file.is_test for file in files)
    done = compile_packages(module, folders, settings, tests, verdicts.listen(module, names))
    verdicts.compiled |= done.files
    return done.notifications


def _unknown(reading: Reading) -> list[Notification]:
    if not reading.unknown:
        return []
    message = f"{reading.unknown} lines of the compiler were not understood, such as: {reading.examples[0]}"
    return [Notification("compiler-unknown-line", message, "note")]
