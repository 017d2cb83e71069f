"""Load the rules of a folder outside the package: read first, and import only what is well formed."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from golint_mem.rule import LoadedRule, load_module
from golint_mem.rulebook import RuleDescription, RuleModuleError
from golint_mem.rulebook.read import read_all


def load_folder(folder: Path) -> tuple[LoadedRule, ...]:
    """The rules below a folder, by code; `RuleModuleError` where one is ill-formed or there is none at all.

    The whole folder is read before the first module is imported.
    """
    descriptions = read_all(folder)
    if not descriptions:
        raise RuleModuleError(folder, 1, "holds no rule module")
    return tuple(_load(description) for description in descriptions)


def _load(description: RuleDescription) -> LoadedRule:
    path = description.path
    try:
        loaded = load_module(_import(path))
    except Exception as error:
        raise RuleModuleError(path, 1, f"cannot be imported: {type(error).__name__}: {error}") from error
    if loaded is None:
        raise RuleModuleError(path, 1, "its RULE is not a golint_mem.rule.Rule")
    return loaded


def _import(path: Path) -> ModuleType:
    """Import a file under a name of its own, so that it can shadow no other module."""
    digest = hashlib.sha256(path.resolve().as_posix().encode()).hexdigest()[:12]
    name = f"_golint_mem_rule_{digest}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no loader for {path.as_posix()}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
