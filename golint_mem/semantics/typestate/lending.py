"""Which functions lend out memory or objects of what they are handed: their results are views of it.

Sources: the documentation of bytes, bufio, io, compress, encoding, strconv and fmt in Go 1.26.
"""

from __future__ import annotations

import re

from golint_mem.semantics.typestate.protocol import RECEIVER

_OF_RECEIVER = frozenset(
    """
    bytes.Buffer.Bytes bytes.Buffer.Next bytes.Buffer.AvailableBuffer bytes.Buffer.Peek bufio.Reader.Peek
    bufio.Reader.ReadSlice bufio.Reader.ReadLine bufio.Scanner.Bytes bufio.Writer.AvailableBuffer
    os.Root.FS
    """.split()
)
_OF_FIRST = re.compile(
    r"bytes\.(?:Trim\w*|Fields\w*|Split\w*|Cut|CutPrefix|CutSuffix|NewReader|NewBuffer)"
    r"|bufio\.New(?:Reader|Writer|Scanner|ReaderSize|WriterSize)|io\.(?:LimitReader|TeeReader|NopCloser|NewSectionReader)"
    r"|compress/\w+\.New(?:Reader|Writer)\w*|encoding/\w+\.New(?:Encoder|Decoder|Reader|Writer)"
    r"|slices\.(?:Grow|Clip|Insert|Delete|Compact)|unsafe\.(?:Slice|SliceData|String|StringData)"
)
_APPENDS = re.compile(r"^[aA]ppend")


def lends(qualified: str, name: str) -> int | None:
    """Of what a callee's first result is a view: the index of an argument, or `RECEIVER`; None where of nothing."""
    if qualified in _OF_RECEIVER:
        return RECEIVER
    if _OF_FIRST.fullmatch(qualified):
        return 0
    return 0 if _APPENDS.search(name) and qualified.split(".")[0] in ("strconv", "fmt", "encoding/hex") else None
