"""What is known of C functions by name: the table that a person reads and extends.

Sources: ISO C 7.22.3 (malloc and its like), POSIX strdup, getline and putenv, the cgo documentation (C.CString and
C.CBytes allocate with malloc and must be freed, C.malloc never returns nil), GLib's reference manual (`take` and
`steal` naming; g_free is free since 2.46), sqlite3.h, librdkafka's rdkafka.h, libgit2's headers.
"""

from __future__ import annotations

import re

GO_HELPERS = {"CString": "free", "CBytes": "free"}
"""What cgo itself provides and allocates with malloc."""
STRINGS = frozenset({"CString", "CBytes"})
NEVER_NIL = frozenset({"CString", "CBytes", "malloc"})
COPIES = frozenset({"GoString", "GoStringN", "GoBytes"})
FRESH = {"realpath": "free", "sqlite3_expanded_sql": "sqlite3_free", "g_get_current_dir": "g_free"}
FRESH |= {"fopen": "fclose", "fdopen": "fclose", "tmpfile": "fclose", "popen": "pclose", "opendir": "closedir"}
FRESH |= {"getcwd": "free", "get_current_dir_name": "free"}
"""Makers beyond those that `c_effects` knows, and what releases their result."""
FILLS = {
    "rd_kafka_metadata": (3, "rd_kafka_metadata_destroy"),
    "git_tree_entry_bypath": (0, "git_tree_entry_free"),
    "sqlite3_get_table": (2, "sqlite3_free_table"),
}
"""Makers that answer through a pointer parameter: its index, and what releases what is stored there."""
INTO_BUFFER = {"realpath": 1, "getcwd": 0}
"""Makers that write into a buffer of the caller's and return it, where that parameter is not nil."""
KEEPS = {"putenv": 0}
"""Functions that go on using a parameter after they have returned."""
LOOKS = frozenset(
    "strlen strnlen strcmp strncmp strcasecmp strncasecmp memcmp strspn strcspn atoi atol atof strtol strtoul strtod"
    " puts fputs printf fprintf snprintf sprintf fwrite write open stat access unlink".split()
)
"""Functions of the C library that are through with their arguments when they return."""
OWN_HEAP = frozenset(
    "sqlite3_free OPENSSL_free CRYPTO_free av_free xmlFree curl_free PyMem_Free PyMem_RawFree SDL_free CoTaskMemFree"
    " LocalFree GlobalFree XFree WebPFree lua_free git__free zend_free kfree".split()
)
"""Releases that hand memory to a heap that is not malloc's."""
NUMBERS = frozenset(
    "schar uchar short ushort int uint long ulong longlong ulonglong float double size_t ssize_t int8_t"
    " int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t gint guint gsize gssize gboolean GType _Bool bool"
    " off_t time_t int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()
)
POINTER_TYPES = frozenset("char uintptr_t intptr_t gpointer gchar guchar gconstpointer void".split())

_WORDS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_GIVE_BACK = frozenset(
    "free freep freev strfreev destroy dealloc deallocate dispose unref release cleanup finalize fini deinit uninit"
    " destruct drop unload delete close clear".split()
)
_FOR_GOOD = frozenset("free freep freev strfreev destroy dealloc deallocate dispose".split())
_FOR_GOOD_TEXT = frozenset({"freep", "dealloc", "deallocate"})
_MEMORY = frozenset("string str cstr cstring text buf buffer bytes mem memory ptr pointer chars data".split())
_NO_RELEASE = frozenset("new create alloc open dup copy clone is get has set num count on add register".split())
_TRAILERS = frozenset(
    "all list array v p ex full async ptr object data safe and null wrapper symbol s d f queue".split()
)
_MESSAGE = re.compile(r"err|msg|message|reason", re.I)
_COUNTS = re.compile(
    r"^c?_?(?:got|found|finished|has)_?\w*$|(?:^|[._a-z])(?:[cC]ount|[tT]otal|[nN]um|[lL]en|[lL]ength|[sS]ize)s?(?:$|[A-Z_])|(?:^|[._])n(?:$|[A-Z_])"
)
_LENDS = frozenset("iter iterate iterator peek borrow foreach empty".split())
_READS = frozenset("get read query print printf puts dump show cmp compare equal find search len size count".split())
_OBJECT = frozenset("object gobject instance initialized initialised alive".split())
_STATES = frozenset("status error errcode err valid".split())
_TAKES = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:[tT]ake|[sS]teal|[aA]dopt|[oO]wn|[tT]ransfer|set_user_data|SetUserData|set_data|consume|sink|[dD]irectly)"
    r"(?:_|$|(?=[A-Z]))"
)
_HOLDS = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:[rR]egister|[aA]dd|[aA]ppend|[iI]nsert|[aA]ttach|[pP]ush|[sS]ubmit|[eE]nqueue|[iI]nstall|"
    r"[lL]ink|[jJ]oin|[cC]onnect|[sS]et|[pP]ut|[pP]ack|[pP]repend|[sS]end|[pP]ost|[wW]rite|[iI]nit)(?:_|$|(?=[A-Z]))"
)
_COLLECTS = frozenset("append prepend insert push enqueue".split())
_ENTERS = _COLLECTS | {"add", "register", "attach", "install", "hook"}
_COUNTED = frozenset("unref deref decref release".split())
_MOVING_FLAG = re.compile(r"(?:^|_)(?:F_)?(?:FREE|TRANSFER|TRANSIENT_FREE|TAKE|OWN|ADOPT|DESTROY)(?:_|$)")
_DESTRUCTOR = re.compile(r"\bC\.(?:\w*_)?(?:c?free|destroy|unref|release|delete|dispose)\w*\b(?!\()")


def words(name: str) -> tuple[str, ...]:
    """The words of a C name in lower case: `SDL_CreateWindow` has `sdl`, `create`, `window`."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def releases(name: str) -> bool:
    """Whether a C function's name says that it releases its argument: its last word, or the first of its last part."""
    parts = [word for word in words(name) if not word.isdigit()]
    if not parts or _NO_RELEASE & set(parts):
        return False
    while len(parts) > 1 and parts[-1] in _TRAILERS:
        parts.pop()
    first, last = words(name.partition("_")[0]), words(name.rpartition("_")[2])
    verbs = {parts[-1], *last[:1]} | ({parts[0]} if len(first) == 1 or "_" not in name else set())
    return bool(_GIVE_BACK & verbs or _FOR_GOOD & set(parts[1:3])) or parts[-1].endswith("free")


def releases_text(name: str) -> bool:
    """Whether a release's name says that it may get a plain string or buffer: it is for memory, or frees it."""
    parts = set(words(name))
    return bool(_MEMORY & parts) or any(word.endswith("free") or word in _FOR_GOOD_TEXT for word in parts)


def for_good(name: str) -> bool:
    """Whether a release's name says that nothing is left of its argument, as `close` and `unref` do not."""
    return any(word in _FOR_GOOD or word.endswith("free") for word in words(name))


def lends(name: str) -> bool:
    """Whether a C function's name says that it hands out what others own, or nothing that needs a release."""
    return bool(_LENDS & set(words(name)))


def iterates(name: str) -> bool:
    """Whether a C function's name says that it answers the next of several things, which the iterator mostly owns."""
    return "next" in words(name)


def looks_up(name: str) -> bool:
    """Whether a C function's name says that it looks for something in a collection."""
    return bool({"lookup", "find"} & set(words(name)))


def takes(name: str) -> bool:
    """Whether a C function's name says that it becomes the owner of its argument."""
    return _TAKES.search(name) is not None


def may_hold(name: str) -> bool:
    """Whether a C function's name says that it may keep its argument in some other object."""
    return _HOLDS.search(name) is not None


def gets(name: str) -> bool:
    """Whether a C function's name says that it only looks something up, which its argument mostly owns."""
    return "get" in words(name)


def collects(name: str) -> bool:
    """Whether a C function's name says that it puts its argument into a collection that lives on."""
    return bool(_COLLECTS & set(words(name)))


def enters(name: str) -> bool:
    """Whether a C function's name says that it enters its later arguments somewhere, where they are used from then."""
    return bool(_ENTERS & set(words(name)))


def is_storing_macro(name: str) -> bool:
    """Whether the name of a macro says that it stores its arguments: `REQUEST_INIT(request, name, value)`."""
    return name.isupper() and may_hold(name.lower()) and not {"get", "log"} & set(words(name.lower()))


def counts_down(name: str) -> bool:
    """Whether a release's name says that it gives up one of several references."""
    return bool(_COUNTED & set(words(name)))


def speaks_of_failure(name: str) -> bool:
    """Whether a variable's name says that it is set where something failed."""
    return _MESSAGE.search(name) is not None


def tells(name: str) -> bool:
    """Whether an object's name says that it is asked afterwards how a call went: `status`, `cerr`."""
    return bool({"status", "exception", "error", "err"} & set(words(name)))


def checks(name: str) -> bool:
    """Whether a Go function's name says that it looks at what a call answered: `conn.CheckStatus(C.f(x))`."""
    return bool({"check", "status", "error", "err", "errno", "rc", "result", "ret", "code"} & set(words(name)))


def is_code(name: str) -> bool:
    """Whether a number's name says that it is what a call answered: `rc`, `ret`."""
    return tells(name) or name in ("rv", "rc", "ret", "code", "res", "errno", "errcode", "result")


def counts(name: str) -> bool:
    """Whether a variable's name says that it is a number of things."""
    return _COUNTS.search(name) is not None


def asks_for_failure(name: str) -> bool:
    """Whether a function's name, as called, says that it answers whether its argument is any good: `C.cairo_status`."""
    return name.startswith("C.") and bool(_STATES & set(words(name)))


def asks_if_valid(name: str) -> bool:
    """Whether a function's name says that it tells whether its argument is an object at all: `is_gobject`."""
    parts = set(words(name))
    return "valid" in parts or ("is" in parts and bool(_OBJECT & parts))


def only_reads(name: str) -> bool:
    """Whether a C function's name says that it only looks at its arguments, or fills them."""
    return bool(_READS & set(words(name)))


def moves(argument: str) -> bool:
    """Whether an argument, as written, tells the callee to free the others: a flag, or a destructor passed on."""
    return _DESTRUCTOR.search(argument) is not None or _MOVING_FLAG.search(argument) is not None
