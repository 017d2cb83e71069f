"""The errors that end a run; each one's message is written for the person at the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from golint_mem.findings import Notification


class GolintMemError(Exception):
    """Any error that golint-mem raises on purpose."""


class UsageError(GolintMemError):
    """The caller asked for something that cannot be done: a path that is not there, a rule nobody knows."""


class ConfigError(UsageError):
    """A configuration file says something that golint-mem does not understand."""


class NothingToAnalyse(GolintMemError):
    """The paths name no Go file, so "no findings" would be a wrong answer; `notifications` say what was in the way."""

    def __init__(self, message: str, notifications: Iterable[Notification] = ()) -> None:
        """Remember what could not be read."""
        super().__init__(message)
        self.notifications = tuple(notifications)


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the known word that is most like `word`; empty where none is."""
    import difflib

    lowered = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.5)
    return f"; did you mean '{lowered[close[0]]}'?" if close else ""
