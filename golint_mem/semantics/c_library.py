"""What is known of C functions by name: the table that a person reads and extends.

Sources: ISO C 7.22.3 (malloc and its like), POSIX strdup and getline, the cgo documentation (C.CString and C.CBytes
allocate with malloc and must be freed), GLib's reference manual (g_malloc, g_strdup, `take` and `steal` naming).
"""

from __future__ import annotations

import re

ALLOCATORS = {
    "CString": "free",
    "CBytes": "free",
    "malloc": "free",
    "calloc": "free",
    "realloc": "free",
    "strdup": "free",
    "strndup": "free",
    "realpath": "free",
    "g_strdup": "g_free",
    "g_malloc": "g_free",
    "g_malloc0": "g_free",
    "sqlite3_expanded_sql": "sqlite3_free",
    "sqlite3_mprintf": "sqlite3_free",
}
COPIES = frozenset({"GoString", "GoStringN", "GoBytes"})
C_TYPES = frozenset(
    [
        "char",
        "schar",
        "uchar",
        "short",
        "ushort",
        "int",
        "uint",
        "long",
        "ulong",
        "longlong",
        "ulonglong",
        "float",
        "double",
        "size_t",
        "ssize_t",
        "uintptr_t",
        "intptr_t",
        "int8_t",
        "int16_t",
        "int32_t",
        "int64_t",
        "uint8_t",
        "uint16_t",
        "uint32_t",
        "uint64_t",
        "gpointer",
        "gchar",
        "guchar",
        "gint",
        "guint",
        "gsize",
        "gssize",
        "gconstpointer",
        "GType",
        "gboolean",
        "void",
        "_Bool",
        "bool",
        "off_t",
        "time_t",
    ]
)
RELEASE = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:free|Free|destroy|Destroy|release|Release|unref|Unref|dispose|Dispose|delete|Delete|dealloc|finalize|clear|cleanup|drop)\w*$"
)
TAKES = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:take|Take|steal|adopt|Adopt|own|transfer|put|set_user_data|push|Push)(?:_|$|(?=[A-Z]))"
)


def releases(name: str) -> bool:
    """Whether a C function's name says that it releases its argument."""
    return name == "realloc" or RELEASE.search(name) is not None


def takes(name: str) -> bool:
    """Whether a C function's name says that it becomes the owner of its argument."""
    return TAKES.search(name) is not None
