"""What is known of resources that have to be closed: one table, to be read and extended.

Names are qualified as `callee` gives them: `import/path.Function`, `import/path.Type.Method`; `*` stands for any run of
characters. Source: the packages' documentation and code, Go 1.27.

To extend it, add a line to the tuple that fits; nothing else has to be edited. What must be stopped or cancelled
(tickers, contexts, response bodies) has a table of its own, `concurrency/library.py`; the bodies are taken from there.

Not in the table, because nothing is lost without a Close: compress/gzip, zlib and flate readers, bufio, multipart.Part,
the pipes of an os/exec.Cmd (Wait closes them), sql.Row, a statement that a transaction prepared (it ends with it), the
body of a HEAD request, files of an embed.FS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from golint_mem.semantics.typestate.protocol import RECEIVER, Protocol, Unknown


@dataclass(frozen=True, slots=True)
class Resource:
    """What a function opens and its caller has to close.

    `maker` makes `what` as its result number `result`; `ends` are the methods that give it back, the usual one first
    (`Body.Close` is a method of a field). `keeps` says what stays behind otherwise.
    """

    maker: str
    what: str
    keeps: str
    ends: tuple[str, ...] = ("Close",)
    result: int = 0


_FD = "its descriptor"
_CONN = "the connection"
_ROWS = "the connection that the rows are read from"

RESOURCES = (
    *(Resource(f"os.{name}", "file", _FD) for name in ("Open", "Create", "OpenFile", "CreateTemp", "OpenInRoot")),
    *(Resource(f"os.Root.{name}", "file", _FD) for name in ("Open", "Create", "OpenFile")),
    Resource("os.OpenRoot", "directory", _FD),
    Resource("os.Root.OpenRoot", "directory", _FD),
    Resource("os.Pipe", "pipe", _FD),
    Resource("io/ioutil.TempFile", "file", _FD),
    Resource("io/fs.FS.Open", "file", _FD),
    Resource("net/http.FileSystem.Open", "file", _FD),
    Resource("net/http.Dir.Open", "file", _FD),
    Resource("net/http.Request.FormFile", "uploaded file", _FD),
    Resource("mime/multipart.FileHeader.Open", "uploaded file", _FD),
    Resource("archive/zip.OpenReader", "archive", _FD),
    Resource("archive/zip.File.Open", "archive member", "its decompressor"),
    *(Resource(f"debug/{kind}.Open", "object file", _FD) for kind in ("elf", "macho", "pe", "plan9obj")),
    Resource("debug/macho.OpenFat", "object file", _FD),
    *(Resource(f"net.Dial{kind}", "connection", _CONN) for kind in ("", "Timeout", "TCP", "UDP", "Unix", "IP")),
    Resource("net.Dialer.Dial", "connection", _CONN),
    Resource("net.Dialer.DialContext", "connection", _CONN),
    *(Resource(f"crypto/tls.{name}", "connection", _CONN) for name in ("Dial", "DialWithDialer", "Dialer.DialContext")),
    Resource("net.Listener.Accept", "connection", _CONN),
    Resource("net.TCPListener.Accept*", "connection", _CONN),
    Resource("net.UnixListener.Accept*", "connection", _CONN),
    *(Resource(f"net.Listen{kind}", "listener", "its port") for kind in ("", "TCP", "UDP", "Unix", "IP", "Packet")),
    Resource("net.ListenConfig.Listen*", "listener", "its port"),
    Resource("net.ListenUnixgram", "listener", "its socket"),
    Resource("net.ListenMulticastUDP", "listener", "its port"),
    Resource("crypto/tls.Listen", "listener", "its port"),
    Resource("net.FileConn", "connection", _FD),
    Resource("net.FileListener", "listener", _FD),
    Resource("net/rpc.Dial*", "client", _CONN),
    Resource("net/smtp.Dial", "client", _CONN, ("Close", "Quit")),
    Resource("net/textproto.Dial", "connection", _CONN),
    Resource("log/syslog.New", "log writer", _CONN),
    Resource("log/syslog.Dial", "log writer", _CONN),
    *(Resource(f"database/sql.{of}.Query", "rows", _ROWS) for of in ("DB", "Tx", "Stmt")),
    *(Resource(f"database/sql.{of}.QueryContext", "rows", _ROWS) for of in ("DB", "Tx", "Conn", "Stmt")),
    Resource("database/sql.DB.Prepare", "statement", "it on the server"),
    Resource("database/sql.DB.PrepareContext", "statement", "it on the server"),
    Resource("database/sql.DB.Conn", "connection", _CONN),
    *(
        Resource(f"database/sql.{name}", "transaction", _CONN, ("Rollback", "Commit"))
        for name in ("DB.Begin", "DB.BeginTx", "Conn.BeginTx")
    ),
    # Widely used modules whose source is seldom at hand.
    *(
        Resource(f"github.com/spf13/afero.{of}.{name}", "file", _FD)
        for of in ("Fs", "BasePathFs", "OsFs", "ReadOnlyFs")
        for name in ("Open", "Create", "OpenFile")
    ),
    Resource("github.com/spf13/afero.TempFile", "file", _FD),
    Resource("github.com/spf13/afero.Afero.TempFile", "file", _FD),
    *(Resource(f"github.com/jmoiron/sqlx.{of}.Query*", "rows", _ROWS) for of in ("DB", "Tx", "Stmt")),
    *(Resource(f"github.com/jmoiron/sqlx.{of}.NamedQuery", "rows", _ROWS) for of in ("DB", "Tx")),
    Resource("github.com/jmoiron/sqlx.DB.Begin*", "transaction", _CONN, ("Rollback", "Commit")),
    Resource("github.com/jmoiron/sqlx.DB.Prepare*", "statement", "it on the server"),
    *(Resource(f"github.com/jackc/pgx/v{n}.{of}.Query", "rows", _ROWS) for n in (4, 5) for of in ("Conn", "Tx")),
    *(
        Resource(f"{of}.{name}", "object", _CONN, ("Body.Close",))
        for name in ("GetObject", "GetObjectWithContext")
        for of in (
            "github.com/aws/aws-sdk-go/service/s3.S3",
            "github.com/aws/aws-sdk-go/service/s3/s3iface.S3API",
            "github.com/aws/aws-sdk-go-v2/service/s3.Client",
        )
    ),
    Resource("cloud.google.com/go/storage.ObjectHandle.NewReader", "object's reader", _CONN),
    Resource("cloud.google.com/go/storage.ObjectHandle.NewRangeReader", "object's reader", _CONN),
    Resource("github.com/minio/minio-go/v*.Client.GetObject", "object", _CONN),
    *(Resource(f"github.com/jackc/pgx/v{n}/pgxpool.Pool.Query", "rows", _ROWS) for n in (4, 5)),
)

# Methods that say by returning false that there is no more, and have closed the resource then.
EXHAUSTED = ("database/sql.Rows.Next", "github.com/jmoiron/sqlx.Rows.Next", "github.com/jackc/pgx/v*.Rows.Next")

# Functions without a known body that use a resource and leave it with the caller; all others may keep or close it.
BORROWERS = (
    *("archive/*", "bufio.*", "bytes.*", "compress/*", "debug/*", "encoding/*", "errors.*", "fmt.*", "go/*", "hash*"),
    *(
        "html*",
        "image*",
        "io.*",
        "io/*",
        "math*",
        "mime*",
        "os.*",
        "path*",
        "regexp*",
        "runtime*",
        "sort.*",
        "strings.*",
    ),
    *("slices.*", "syscall.*", "text/*", "unicode*", "crypto/sha*", "crypto/md5*", "crypto/hmac*", "crypto/rand*"),
    *("golang.org/x/sys/*", "golang.org/x/text/*", "golang.org/x/image/*", "golang.org/x/term*"),
    *("database/sql.Tx.Stmt*", "net.FileConn", "net.FileListener", "net/http.ReadRequest", "net/http.ReadResponse"),
    *(f"*.{verb}*" for verb in ("Decode", "Parse", "Unmarshal", "ReadAll", "ReadFrom", "Scan", "Copy", "Fprint")),
    *("*.LoadFrom*", "*.Load*FromReader"),
    *(f"*.{verb}*" for verb in ("Write", "Encode", "Fsync", "Flock", "Lock", "Stat", "Errorf", "Infof", "Debugf")),
)

# And some of these that keep it after all.
KEEPERS = (
    "io.NopCloser",
    "io.Pipe",
    "os.StartProcess",
    "runtime/pprof.StartCPUProfile",
    "runtime/trace.Start",
    "encoding/gob.Register",
    "runtime.SetFinalizer",
    "runtime.AddCleanup",
)


def _word(maker: str) -> bytes:
    """How a call of a maker begins in source: `os.Open(` for a function, `.Query(` for a method."""
    owner, _, name = maker.rpartition("/")[2].rpartition(".")
    end = "" if name.endswith("*") else "("
    return f"{'' if '.' in owner else owner}.{name.rstrip('*')}{end}".encode()


_METHODS = sorted({end.rpartition(".")[2] for one in RESOURCES for end in one.ends})

CLOSABLE = Protocol(
    name="resource",
    makes={one.maker: one.result for one in RESOURCES},
    releases={f"*.{method}": RECEIVER for method in _METHODS},
    words=tuple(sorted({_word(one.maker) for one in RESOURCES})) + tuple(f".{end}(".encode() for end in _METHODS),
    borrows=frozenset(BORROWERS),
    takes=frozenset(KEEPERS),
    unknown=Unknown.TAKES,
    through=frozenset(end.split(".")[0] for one in RESOURCES for end in one.ends if "." in end),
    exhausted=frozenset(EXHAUSTED),
    owners=frozenset({"Close"}),
    settles=re.compile(r"(?i)close|release|shutdown|cleanup|dispose|drain|teardown|rollback|commit|finish"),
    made="it is opened here",
    released="it is closed here",
    lost="the function ends without closing it",
)
"""Resources of every sort: what opens them and what closes them."""


def resource_of(maker: str) -> Resource | None:
    """The line of the table for a maker as a path names it: the last parts of its qualified name."""
    for one in RESOURCES:
        name = ".".join(one.maker.rpartition("/")[2].split(".")[-3:])
        if re.fullmatch(".*".join(map(re.escape, name.split("*"))), maker):
            return one
    return None
