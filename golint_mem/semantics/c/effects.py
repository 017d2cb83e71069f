"""What a C function does with its parameters, and what is known of the functions of the C library."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OWNS = re.compile(
    r"(?:^|_)(?:take|takes|taking|adopt|own|owned|give|steal|transfer|consume|sink)(?:_|$)|take_?ownership|adopt", re.I
)
_NUMBER = re.compile(
    r"void|char|short|int|long|float|double|(?:un)?signed|bool|_Bool|const|volatile|enum|gboolean|g(?:char|u?int\d*|s?size)"
    r"|(?:size|ssize|off|time|ptrdiff|u?int(?:8|16|32|64))_t"
)


@dataclass(frozen=True, slots=True)
class CSummary:
    """What a caller has to know of a C function.

    Parameters are 0-based. A field path is "" for the parameter itself, "url" for `p->url`, "[]" for its elements and
    `*p`, "items[].name" for the name of each item. `release` names what gives fresh memory back, "" where
    unknown. `links` are parameters stored in what another one points to. `truth` says that the result is true for
    success: `return *out != NULL;`. `guessed` says that only names speak for what it frees,
    `passes` which parameters it hands to functions that are not seen, `lends` that others own what it answers,
    `exposes` which parameters the constructor of a C++ object gets, which may go on using them.
    """

    name: str
    defined: bool = False
    frees: frozenset[tuple[int, str]] = frozenset()
    guessed: bool = False
    stores: frozenset[int] = frozenset()
    stores_fields: frozenset[tuple[int, str]] = frozenset()
    passes: frozenset[int] = frozenset()
    links: frozenset[tuple[int, int]] = frozenset()
    returns: frozenset[int] = frozenset()
    returns_fields: frozenset[tuple[int, str]] = frozenset()
    returns_fresh: bool = False
    release: str = ""
    fills: frozenset[int] = frozenset()
    fills_fields: frozenset[tuple[int, str]] = frozenset()
    returns_type: str = ""
    param_types: tuple[str, ...] = ()
    truth: bool = False
    lends: bool = False
    exposes: frozenset[int] = frozenset()


def is_pointer(kind: str) -> bool:
    """Whether a C type may hold an address: a pointer, or a type name that is no number."""
    return "*" in kind or not all(_NUMBER.fullmatch(word) for word in kind.split())


def takes_ownership(name: str) -> bool:
    """Whether the name of an unknown function says that it keeps what it is given."""
    return bool(_OWNS.search(name))


def _free(name: str, kind: str = "void *", *paths: str) -> CSummary:
    frees = frozenset((0, path) for path in (paths or ("",)))
    return CSummary(name, frees=frees, returns_type="void", param_types=(kind,))


def _fresh(name: str, release: str, kind: str = "void *") -> CSummary:
    return CSummary(name, returns_fresh=True, release=release, returns_type=kind)


def _table() -> dict[str, CSummary]:
    found = [_free(name) for name in ("free", "cfree", "g_free", "kfree", "kvfree", "vfree", "xfree", "av_free")]
    found += [_free("g_strfreev", "gchar **", "", "[]"), _free("sqlite3_free"), _free("OPENSSL_free")]
    found += [_free("av_freep", "void *", "[]"), _free("fclose", "FILE *"), _free("pclose", "FILE *")]
    found += [_free("closedir", "DIR *")]
    found += [_fresh(name, "free") for name in ("malloc", "calloc", "aligned_alloc", "memalign", "valloc")]
    found += [_fresh(name, "free", "char *") for name in ("strdup", "strndup", "xstrdup", "wcsdup")]
    found += [_fresh(name, "free") for name in ("xmalloc", "xcalloc", "open_memstream_buffer")]
    found += [_fresh(name, "kfree") for name in ("kmalloc", "kzalloc", "kstrdup", "kcalloc")]
    g_char = ("g_strdup", "g_strndup", "g_strdup_printf", "g_strdup_vprintf", "g_strconcat", "g_strjoin", "g_strjoinv")
    found += [_fresh(name, "g_free", "gchar *") for name in g_char]
    g_void = ("g_malloc", "g_malloc0", "g_malloc_n", "g_malloc0_n", "g_try_malloc", "g_try_malloc0", "g_memdup")
    found += [_fresh(name, "g_free") for name in (*g_void, "g_memdup2", "g_new", "g_new0", "g_try_new", "g_try_new0")]
    found += [_fresh(name, "g_strfreev", "gchar **") for name in ("g_strsplit", "g_strdupv")]
    found += [_fresh("sqlite3_malloc", "sqlite3_free"), _fresh("sqlite3_mprintf", "sqlite3_free", "char *")]
    for name, release in {"realloc": "free", "reallocarray": "free", "xrealloc": "free", "g_realloc": "g_free"}.items():
        frees = frozenset({(0, "")})
        found.append(CSummary(name, frees=frees, returns_fresh=True, release=release, returns_type="void *"))
    fills = frozenset({0})
    for name in ("asprintf", "vasprintf", "getline", "getdelim", "posix_memalign"):
        found.append(CSummary(name, fills=fills, release="free", returns_type="int"))
    for name, release in {"sqlite3_open": "sqlite3_close", "sqlite3_open_v2": "sqlite3_close_v2"}.items():
        found.append(CSummary(name, fills=frozenset({1}), release=release, returns_type="int"))
    for name in (
        "strcpy",
        "strncpy",
        "strcat",
        "strncat",
        "memcpy",
        "memmove",
        "memset",
        "strchr",
        "strrchr",
        "strstr",
        *"wmemcpy wmemmove wmemset wcscpy wcsncpy wcscat wcsncat wcschr wcsstr memchr mempcpy stpcpy strsep".split(),
    ):
        found.append(CSummary(name, returns=fills, returns_type="void *"))
    return {one.name: one for one in found}


KNOWN = _table()
REALLOC = frozenset({"realloc", "reallocarray", "xrealloc", "g_realloc"})
