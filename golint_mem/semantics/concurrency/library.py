"""What is known of the standard library's concurrency: one table, to be read and extended.

Names are qualified as `callee` and `object` give them: `import/path.Function`, `import/path.Type.Method`,
`import/path.Type.Field`. Source: the packages' documentation and code, Go 1.27.

To extend it, add a line to the tuple that fits; nothing else has to be edited.
"""

from __future__ import annotations

from dataclasses import dataclass

CANCEL = "()"  # the way to end a thing that is a function: call it


@dataclass(frozen=True, slots=True)
class Running:
    """What a function starts and its caller has to end.

    `maker` makes `what` as its result number `result`, and `ends` are the ways to end it: methods, `Field.Method`, or
    `CANCEL`. Where the result number `error` is not nil nothing was made (-1: it cannot fail). `keeps` says what stays
    behind if nobody ends it. From the Go version `collected` on, the collector takes it even so.
    """

    maker: str
    what: str
    ends: tuple[str, ...]
    keeps: str
    result: int = 0
    error: int = -1
    collected: str = ""


_TIMER = "the runtime's timer, and all that it reaches"
_CONTEXT = "the context, and its place in the parent's list of children"
_BODY = "the connection, and the two goroutines that serve it"
_BODY_ENDS = ("Body.Close",)

RUNNING = (
    Running("time.NewTicker", "ticker", ("Stop",), _TIMER, collected="1.23"),
    Running("time.NewTimer", "timer", ("Stop",), _TIMER, collected="1.23"),
    Running("context.WithCancel", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("context.WithCancelCause", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("context.WithTimeout", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("context.WithTimeoutCause", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("context.WithDeadline", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("context.WithDeadlineCause", "cancel function", (CANCEL,), _CONTEXT, result=1),
    Running("os/signal.NotifyContext", "stop function", (CANCEL,), "the goroutine that waits for signals", result=1),
    Running("net/http.Get", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Post", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.PostForm", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Client.Do", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Client.Get", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Client.Post", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Client.PostForm", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.Transport.RoundTrip", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http.RoundTripper.RoundTrip", "response body", _BODY_ENDS, _BODY, error=1),
    Running("net/http/httptest.NewServer", "server", ("Close",), "the goroutine that accepts connections"),
    Running("net/http/httptest.NewTLSServer", "server", ("Close",), "the goroutine that accepts connections"),
)
MAKERS = {one.maker: one for one in RUNNING}

# Functions of the standard library that use what they are handed, and leave it to their caller to end it.
LOOK_ON = frozenset(
    {
        *(
            "io.*",
            "io/ioutil.*",
            "bufio.*",
            "bytes.*",
            "strings.*",
            "fmt.*",
            "log.*",
            "errors.*",
            "reflect.*",
            "mime.*",
        ),
        *("encoding/*", "compress/*", "archive/*", "hash/*", "crypto/*", "html/*", "text/*", "image/*", "strconv.*"),
        *(
            "net/http.Response.Cookies",
            "time.Ticker.Reset",
        ),
        *(
            "net/http.Response.Header.Get",
            "net/http.Header.*",
            "mime/multipart.*",
            "os.File.*",
            "net/http.MaxBytesReader",
        ),
    }
)

# Functions that read a body to its end and close it (-1: that of their receiver).
READ_TO_END = {"net/http/httputil.DumpResponse": 0, "net/http.Response.Write": -1}

# Calls that hand a channel to somebody who keeps it, and the call that takes it back again.
REGISTERED = {"os/signal.Notify": "os/signal.Stop"}

# Channels that nobody ever closes: a `range` over one has no end.
NEVER_CLOSED = frozenset({"time.Ticker.C", "time.Timer.C", "time.Tick", "time.After"})

# Channels that are closed when a context, a test or a watched thing ends.
CLOSED_AT_END = frozenset(
    {"context.Context.Done", "testing.T.Context", "net/http.CloseNotifier.CloseNotify", "context.CancelFunc"}
)

# Functions that make a timer on every call, which lives until it fires (from the Go version on: until it is dropped).
TIMER_PER_CALL = {"time.After": "1.23"}
TICKER_PER_CALL = {"time.Tick": "1.23"}

# Calls that end the goroutine or the process, besides those that the control-flow graph knows.
NEVER_RETURN = frozenset(
    {
        *("os.Exit", "syscall.Exit", "runtime.Goexit", "builtin.panic"),
        *("log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln"),
        *("log.Logger.Fatal", "log.Logger.Fatalf", "log.Logger.Fatalln"),
        *("log.Logger.Panic", "log.Logger.Panicf", "log.Logger.Panicln"),
    }
)

# Calls that start a goroutine for a function they are given (its position among the arguments).
STARTS = {
    "sync.WaitGroup.Go": 0,
    "golang.org/x/sync/errgroup.Group.Go": 0,
    "golang.org/x/sync/errgroup.Group.TryGo": 0,
    "time.AfterFunc": 1,
    "context.AfterFunc": 1,
}

# Calls that run a function they are given, before they return.
RUNS = {"sync.Once.Do": 0, "sync.OnceFunc": 0, "golang.org/x/sync/singleflight.Group.Do": 1}

# Calls that wait, and what makes them go on.
WAITS = {
    "time.Sleep": "the time",
    "sync.WaitGroup.Wait": "sync.WaitGroup.Done",
    "sync.Cond.Wait": "sync.Cond.Signal",
    "sync.Mutex.Lock": "sync.Mutex.Unlock",
    "sync.RWMutex.Lock": "sync.RWMutex.Unlock",
    "sync.RWMutex.RLock": "sync.RWMutex.RUnlock",
    "golang.org/x/sync/errgroup.Group.Wait": "the functions that it started",
    "os/exec.Cmd.Wait": "the process's end",
    "net.Listener.Accept": "a connection, or Close",
    "net/http.Server.Serve": "Shutdown or Close",
    "net/http.Server.ListenAndServe": "Shutdown or Close",
}

# Methods by whose names a type says that it has an end.
STOPPERS = ("Close", "Stop", "Shutdown", "Cancel", "Kill", "Quit", "Terminate", "Destroy", "Disconnect", "GracefulStop")


def is_collected(one: str, go_version: str) -> bool:
    """Whether a Go version is the one from which something holds (`collected`), or a later one."""
    return bool(one) and _parts(go_version) >= _parts(one)


def _parts(version: str) -> tuple[int, ...]:
    numbers = version.split("rc")[0].split("beta")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())
