"""What Go's allocator and compiler do with sizes: classes, pages, and what has room on the stack.

Classes: `internal/runtime/gc/sizeclasses.go` (before Go 1.25 `runtime/sizeclasses.go`), the same in Go 1.21 to 1.27.
Larger objects get whole pages of 8 KiB (`runtime/mheap.go`). Limits of the stack: `cmd/compile/internal/ir/cfg.go`,
`MaxStackVarSize` for variables (10 MiB up to Go 1.23, 128 KiB since) and `MaxImplicitStackVarSize` for `make`, `new`
and `&T{}` (64 KiB).
"""

from __future__ import annotations

from bisect import bisect_left

CLASSES = (
    *(8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416),
    *(448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200),
    *(3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384),
    *(18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768),
)
PAGE = 8192
IMPLICIT_LIMIT = 64 * 1024
BASIC_SIZES = {
    **dict.fromkeys(("bool", "int8", "uint8"), 1),
    **dict.fromkeys(("int16", "uint16"), 2),
    **dict.fromkeys(("int32", "uint32", "float32"), 4),
    **dict.fromkeys(("int", "uint", "uintptr", "int64", "uint64", "float64", "complex64"), 8),
    **dict.fromkeys(("string", "complex128"), 16),
}


def allocated(size: int) -> int:
    """The bytes that an object of this many bytes takes on the heap; objects of pointers beyond 512 bytes 8 more."""
    if size > CLASSES[-1]:
        return -(-size // PAGE) * PAGE
    return CLASSES[bisect_left(CLASSES, size)]


def step_below(size: int) -> int:
    """The largest size below, which takes less: where the class or the page before ends."""
    if size > CLASSES[-1] + PAGE:
        return (size - 1) // PAGE * PAGE
    return max((one for one in CLASSES if one < size), default=0)
