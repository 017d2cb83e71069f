"""From the options of the command line, and the configuration file behind them, to the settings of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from golint_mem.errors import UsageError
from golint_mem.settings import PathSuppression, Settings


def settings_of(root: Path, paths: tuple[str, ...], options: Mapping[str, Any]) -> Settings:
    """The settings of a run: the command line wins over the configuration file."""
    from golint_mem.project.config import Config, find, read

    file: Path | None = options["config"] or find(root)
    config = read(file) if file else Config()
    settings = Settings(
        root=root,
        paths=tuple(_existing(root, path) for path in paths) or ("./...",),
        select=options["select"] or tuple(config.select or ()),
        ignore=options["ignore"] or tuple(config.ignore or ()),
        tests=_first(options["tests"], config.tests, True),
        tags=options["tags"] or tuple(config.tags or ()),
        goos=_first(options["goos"], config.goos),
        goarch=_first(options["goarch"], config.goarch),
        jobs=_first(options["jobs"], config.jobs, _processors()),
        executor=_executor(options.get("executor")),
        cache=_cache(options),
        show_possible=bool(options["show"] or config.show_possible),
        compiler=_first(options["compiler"], config.compiler, False),
        profiles=tuple(options.get("profiles") or ()),
        rules_dir=_folder(options["rules_dir"]),
        exclude=tuple(config.exclude or ()),
        allocators=config.allocators or {},
        suppress=tuple(PathSuppression(tuple(o.paths), tuple(o.rules), o.reason) for o in config.suppress or ()),
        unused_suppressions=bool(options.get("unused_suppressions")),
        baseline=_baseline(options, file, config.baseline),
        new_from=options.get("new_from"),
        shard=options.get("shard"),
    )
    if settings.rules_dir is None:  # else only the pipeline knows all rules
        _check_rules(settings, {key: f"--{key}" if options.get(key) else f"{file}: key '{key}'" for key in _RULE_KEYS})
    return settings


_RULE_KEYS = ("select", "ignore", "suppress")


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _executor(given: str | None) -> str:
    if given in (None, "processes"):
        return ""
    if not given.startswith("dask=") or given == "dask=":
        raise UsageError(f"--executor: {given!r} is neither 'processes' nor 'dask=ADDRESS'")
    return given


def _cache(options: Mapping[str, Any]) -> Path | None:
    """The folder of the cache: that of the option, of GOLINT_MEM_CACHE_DIR, or the user's own one."""
    if options.get("no_cache") or os.environ.get("GOLINT_MEM_NO_CACHE"):
        return None
    given = options.get("cache_dir") or os.environ.get("GOLINT_MEM_CACHE_DIR")
    if given:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("golint-mem", appauthor=False)


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _baseline(options: Mapping[str, Any], file: Path | None, configured: str | None) -> Path | None:
    """The baseline of a run; that of the configuration is relative to where the configuration stands."""
    given: Path | None = options.get("baseline")
    if given and options.get("new_from"):
        raise UsageError("--baseline and --new-from both say what was there before; give one of them")
    if options.get("new_from") or options.get("nothing_known"):
        return None
    return given or (file.parent / configured if file and configured else None)


def _existing(root: Path, path: str) -> str:
    base = path.removesuffix("...")
    if not (root / base).exists() or "\0" in path:
        raise UsageError(f"no such file or folder: {path}")
    return path


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise UsageError(f"--rules: no such folder: {path}")
    return path


def _check_rules(settings: Settings, sources: Mapping[str, str]) -> None:
    """Refuse a rule that nobody knows, and say who asked for it."""
    from golint_mem.rule import builtin_rules
    from golint_mem.triage.selection import unknown

    suppressed = tuple(word for one in settings.suppress for word in one.rules)
    for key, words in (("select", settings.select), ("ignore", settings.ignore), ("suppress", suppressed)):
        for word in words:
            if message := unknown(word, builtin_rules()):
                raise UsageError(f"{sources[key]}: {message}")
