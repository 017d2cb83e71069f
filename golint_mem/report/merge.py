"""The SARIF logs of the shares of one run, joined to the log that the whole run would have written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import sarif_om as om

from golint_mem.errors import UsageError
from golint_mem.report.sarif import SHARD, in_order, written

Log = dict[str, Any]


def merge(logs: Mapping[str, bytes]) -> str:
    """The joined log, as text; `logs` maps the name of each file to its bytes.

    Raises UsageError where a file is no log of `golint-mem check --shard`, where the logs are not of one run, or where
    a share is missing or there twice.
    """
    read = {name: _log(name, content) for name, content in logs.items()}
    runs = {name: log["runs"][0] for name, log in read.items()}
    _check_shares({name: run["invocations"][0]["properties"][SHARD] for name, run in runs.items()})
    first = next(iter(runs.values()))
    for name, run in runs.items():
        if _tool(run) != _tool(first):
            raise UsageError(f"{name}: made by another version of golint-mem, or with other rules, than the first log")
    joined = {**first, "results": _results(list(runs.values()))}
    _join_notes(joined, list(runs.values()))
    return written({**next(iter(read.values())), "runs": [joined]})


def _log(name: str, content: bytes) -> Log:
    try:
        log = json.loads(content)
        (run,) = log["runs"]
        shard = run["invocations"][0]["properties"][SHARD]
        known = run["tool"]["driver"]["name"] == "golint-mem" and isinstance(shard, str) and "results" in run
    except (ValueError, KeyError, IndexError, TypeError):
        known = False
    if not known:
        raise UsageError(f"{name}: no SARIF log that `golint-mem check --shard I/N` wrote")
    return log  # type: ignore[no-any-return]


def _check_shares(shares: Mapping[str, str]) -> None:
    counts = {share.partition("/")[2] for share in shares.values()}
    if len(counts) != 1:
        raise UsageError(f"the logs are not shares of one run: {', '.join(sorted(shares.values()))}")
    (count,) = counts
    there = [int(share.partition("/")[0]) for share in shares.values()]
    twice = sorted({number for number in there if there.count(number) > 1})
    missing = sorted(set(range(1, int(count) + 1)) - set(there))
    if twice or missing:
        what, numbers = ("there twice", twice) if twice else ("missing", missing)
        raise UsageError(f"shares are {what}: {', '.join(f'{number}/{count}' for number in numbers)}")


def _tool(run: Log) -> Log:
    """What must be the same in all logs: the tool and its rules, notifications aside."""
    driver = {key: value for key, value in run["tool"]["driver"].items() if key != "notifications"}
    return {**run["tool"], "driver": driver}


def _results(runs: Sequence[Log]) -> list[Log]:
    """All results in the order of one run: by what is to be done about them, then by place or by cost."""
    everything = [result for run in runs for result in run["results"]]
    everything.sort(key=_place)
    if any("costs" in result.get("properties", {}) for result in everything):
        everything.sort(key=lambda result: -result["rank"])
    return sorted(everything, key=_group)


def _group(result: Log) -> int:
    """Findings to act on go first, then those that were there before, then those that are waved through."""
    return 2 if result.get("suppressions") else 1 if result.get("baselineState") == "unchanged" else 0


def _place(result: Log) -> tuple[Any, ...]:
    physical = result["locations"][0]["physicalLocation"]
    region = physical.get("region", {})
    line, column = region.get("startLine", 0), region.get("startColumn", 1)
    end = region.get("endLine", line), region.get("endColumn", 1)
    return unquote(physical["artifactLocation"]["uri"]), line, column, *end, result["ruleId"], result["message"]["text"]


def _join_notes(joined: Log, runs: Sequence[Log]) -> None:
    """Put the notifications of all runs, each once and in the order of their places, into the joined run."""
    notes = [note for run in runs for note in run["invocations"][0]["toolExecutionNotifications"]]
    once = {json.dumps(note, sort_keys=True): note for note in notes}
    invocation = {**joined["invocations"][0], "toolExecutionNotifications": sorted(once.values(), key=_note_place)}
    del invocation["properties"]
    kinds = {kind["id"]: kind for run in runs for kind in run["tool"]["driver"].get("notifications", ())}
    driver = {**joined["tool"]["driver"], "notifications": [kinds[name] for name in sorted(kinds)]}
    joined["invocations"] = [invocation]
    joined["tool"] = {**joined["tool"], "driver": in_order(driver, om.ToolComponent)}


def _note_place(note: Log) -> tuple[Any, ...]:
    physical = note.get("locations", [{}])[0].get("physicalLocation", {})
    path = unquote(physical.get("artifactLocation", {}).get("uri", ""))
    line = physical.get("region", {}).get("startLine", 0)
    return path, line, note["descriptor"]["id"], note["message"]["text"], note.get("level", "")
