"""The errors that end a run; each one's message is written for the person at the terminal."""

from __future__ import annotations


class GolintMemError(Exception):
    """Any error that golint-mem raises on purpose."""


class UsageError(GolintMemError):
    """The caller asked for something that cannot be done: a path that is not there, a rule nobody knows."""


class ConfigError(UsageError):
    """A configuration file says something that golint-mem does not understand."""


class NothingToAnalyse(GolintMemError):
    """The paths name no Go file, so "no findings" would be a wrong answer."""
