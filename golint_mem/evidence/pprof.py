"""Read profiles in pprof's format: the messages of `profile.proto` (github.com/google/pprof), compressed or not."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from golint_mem.errors import UsageError

MAX_BYTES = 1 << 30
_GZIP = 31
_INT, _UINT, _BOOL, _STRING = "int64", "uint64", "bool", "string"
_SCHEMA: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "ValueType": (("type", _INT, False), ("unit", _INT, False)),
    "Label": (("key", _INT, False), ("str", _INT, False), ("num", _INT, False), ("num_unit", _INT, False)),
    "Sample": (("location_id", _UINT, True), ("value", _INT, True), ("label", "Label", True)),
    "Mapping": (
        *((name, _UINT, False) for name in ("id", "memory_start", "memory_limit", "file_offset")),
        *((name, _INT, False) for name in ("filename", "build_id")),
        *((f"has_{name}", _BOOL, False) for name in ("functions", "filenames", "line_numbers", "inline_frames")),
    ),
    "Line": (("function_id", _UINT, False), ("line", _INT, False), ("column", _INT, False)),
    "Location": (
        *((name, _UINT, False) for name in ("id", "mapping_id", "address")),
        ("line", "Line", True),
        ("is_folded", _BOOL, False),
    ),
    "Function": (
        ("id", _UINT, False),
        *((name, _INT, False) for name in ("name", "system_name", "filename", "start_line")),
    ),
    "Profile": (
        ("sample_type", "ValueType", True),
        ("sample", "Sample", True),
        ("mapping", "Mapping", True),
        ("location", "Location", True),
        ("function", "Function", True),
        ("string_table", _STRING, True),
        *((name, _INT, False) for name in ("drop_frames", "keep_frames", "time_nanos", "duration_nanos")),
        ("period_type", "ValueType", False),
        ("period", _INT, False),
        ("comment", _INT, True),
        ("default_sample_type", _INT, False),
    ),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of one function on a stack. `start` is the function's own line, 0 where the profile does not say."""

    function: str
    file: str
    line: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile holds: `measures` are pairs of name and unit, `samples` of a stack (leaf first) and its values."""

    name: str
    measures: tuple[tuple[str, str], ...]
    samples: tuple[tuple[tuple[Frame, ...], tuple[int, ...]], ...]

    def functions(self, index: int) -> Mapping[str, tuple[int, int]]:
        """Flat and cumulative values of one measure by function, as `go tool pprof -top` gives them."""
        flat: dict[str, int] = defaultdict(int)
        total: dict[str, int] = defaultdict(int)
        for stack, values in self.samples:
            if stack:
                flat[stack[0].function] += values[index]
            for function in {frame.function for frame in stack}:
                total[function] += values[index]
        return {function: (flat[function], value) for function, value in total.items()}

    def total(self, index: int) -> int:
        """The sum of one measure over all samples."""
        return sum(values[index] for _, values in self.samples)


def read(path: Path, name: str) -> Profile:
    """Read a profile; UsageError where it cannot be read, or is none."""
    from google.protobuf.message import DecodeError

    try:
        message = _message("Profile")()
        message.ParseFromString(_unpacked(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"cannot read the profile {name}: {error.strerror}") from error
    except (DecodeError, zlib.error) as error:
        raise UsageError(f"{name} is no profile in pprof's format: {error}") from error
    if not message.sample_type:
        raise UsageError(f"{name} is no profile in pprof's format: it measures nothing")
    try:
        return _profile(message, name)
    except (IndexError, re.error) as error:
        raise UsageError(f"{name} is a broken profile: {error}") from error


def _unpacked(raw: bytes) -> bytes:
    if raw[:2] != b"\x1f\x8b":
        return raw
    unpacker = zlib.decompressobj(_GZIP)
    found = unpacker.decompress(raw, MAX_BYTES)
    if unpacker.unconsumed_tail:
        raise zlib.error(f"it has more than {MAX_BYTES} bytes")
    return found


@cache
def _message(name: str) -> Any:
    """The class of a message of the schema."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="golint_mem/profile.proto", package="golint_mem", syntax="proto3")
    field = descriptor_pb2.FieldDescriptorProto
    kinds = {_INT: field.TYPE_INT64, _UINT: field.TYPE_UINT64, _BOOL: field.TYPE_BOOL, _STRING: field.TYPE_BYTES}
    for message, fields in _SCHEMA.items():
        made = file.message_type.add(name=message)
        for number, (title, kind, repeated) in enumerate(fields, 1):
            label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            added = made.field.add(name=title, number=number, label=label, type=kinds.get(kind, field.TYPE_MESSAGE))
            if kind not in kinds:
                added.type_name = f".golint_mem.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"golint_mem.{name}"))


def _profile(message: Any, name: str) -> Profile:
    strings = [text.decode("utf-8", "replace") for text in message.string_table]
    measures = tuple((strings[one.type], strings[one.unit]) for one in message.sample_type)
    frames = dict(_frames(message, strings))
    dropped, kept = (re.compile(strings[one]) if one else None for one in (message.drop_frames, message.keep_frames))
    samples = []
    for sample in message.sample:
        stack = tuple(frame for location in sample.location_id for frame in frames.get(location, ()))
        samples.append((_pruned(stack, dropped, kept), tuple(sample.value)))
    if any(len(values) != len(measures) for _, values in samples):
        raise IndexError("a sample has not a value for each measure")
    return Profile(name, measures, tuple(samples))


def _frames(message: Any, strings: list[str]) -> Iterator[tuple[int, tuple[Frame, ...]]]:
    """The frames of each location, inlined ones first."""
    functions = {
        one.id: (strings[one.name] or strings[one.system_name], strings[one.filename], one.start_line)
        for one in message.function
    }
    for location in message.location:
        lines = []
        for line in location.line:
            function, file, start = functions.get(line.function_id, ("", "", 0))
            lines.append(Frame(function, file, line.line, start))
        yield location.id, tuple(lines) or (Frame(f"{location.address:#x}", "", 0),)


def _pruned(
    stack: tuple[Frame, ...], dropped: re.Pattern[str] | None, kept: re.Pattern[str] | None
) -> tuple[Frame, ...]:
    """A stack without what stands below the outermost frame that the profile wants dropped, that frame included."""
    if dropped is None:
        return stack
    for index in range(len(stack) - 1, -1, -1):
        name = stack[index].function
        if dropped.fullmatch(name) and (kept is None or not kept.fullmatch(name)):
            return stack[index + 1 :]
    return stack
