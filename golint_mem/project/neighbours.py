"""Packages that a run does not report on but needs to know: those of the same module, and vendored ones."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from golint_mem.project.discover import package_in
from golint_mem.project.package import Package
from golint_mem.settings import Settings


def neighbour(importer: Package, import_path: str, settings: Settings) -> Package | None:
    """The package that an import of another one means, read now; None where its folder is not in the same module."""
    folder = _folder(importer, import_path, Path(os.path.normpath(settings.root.absolute())))
    return package_in(folder, import_path, settings) if folder is not None else None


def _folder(importer: Package, import_path: str, root: Path) -> Path | None:
    if not importer.module or ".." in import_path.split("/"):
        return None
    prefix = "" if importer.module == "std" else importer.module
    module = _module_folder(root / importer.path, _below(importer.import_path.removesuffix("_test"), prefix))
    below = _below(import_path, prefix)
    if module is None:
        return None
    places = [module / "vendor" / import_path] if below is None else [module / below]
    return next((one for one in places if one.is_dir()), None)


def _below(import_path: str, module: str) -> str | None:
    """The path of a package below its module's; None where it belongs to another module."""
    if not module:
        return import_path
    inside = import_path == module or import_path.startswith(module + "/")
    return import_path.removeprefix(module).strip("/") if inside else None


def _module_folder(folder: Path, inside: str | None) -> Path | None:
    """The folder of the module that has a package in `folder`, which is `inside` below it."""
    if inside is None:
        return None
    parts = PurePosixPath(inside).parts
    if parts and folder.parts[-len(parts) :] != parts:
        return None
    return folder.parents[len(parts) - 1] if parts else folder
