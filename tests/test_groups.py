"""Errgroups in scopes: who waits for ever in them, and whom a failure or the end of the others wakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from golint_mem.pipeline import check
from golint_mem.settings import Settings

HEAD = """package groups

import (
\t"context"

\t"golang.org/x/sync/errgroup"
)

var _ context.Context
"""
FEED = """
func feed(parent context.Context, in []int, use func(int) error) error {
\tgroup, ctx := errgroup.WithContext(parent)
\tvalues := make(chan int)
\tgroup.Go(func() error {
\t\tdefer close(values)
\t\tfor _, value := range in {
\t\t\tSEND
\t\t}
\t\treturn ctx.Err()
\t})
\tgroup.Go(func() error {
\t\tfor value := range values {
\t\t\tif err := use(value); err != nil {
\t\t\t\treturn err
\t\t\t}
\t\t}
\t\treturn nil
\t})
\treturn group.Wait()
}
"""
GATHER = """
func gather(in []int, work func(int) (int, error)) ([]int, error) {
\tvar group errgroup.Group
\tvar all []int
\tfound := make(chan int)
\tfor _, one := range in {
\t\tgroup.Go(func() error {
\t\t\tresult, err := work(one)
\t\t\tif err != nil {
\t\t\t\treturn err
\t\t\t}
\t\t\tfound <- result
\t\t\treturn nil
\t\t})
\t}
\tBEFORE
\tfor result := range found {
\t\tall = append(all, result)
\t}
\treturn all, AFTER
}
"""
WATCH = """
func watch(stop func()) error {
\tgroup, ctx := errgroup.WithContext(context.Background())
\tgroup.Go(func() error { return RESULT })
\tgroup.Go(func() error {
\t\t<-ctx.Done()
\t\tstop()
\t\treturn nil
\t})
\treturn group.Wait()
}
"""
WAITED = """if err := group.Wait(); err != nil {
\t\treturn nil, err
\t}
\tclose(found)"""
ASIDE = """go func() {
\t\tfailed = group.Wait()
\t\tclose(found)
\t}()"""
SELECT = "select {\n\t\t\tcase values <- value:\n\t\t\tcase <-ctx.Done():\n\t\t\t\treturn ctx.Err()\n\t\t\t}"


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (FEED.replace("SEND", "values <- value"), ["GM301"]),
        (FEED.replace("SEND", SELECT), []),
        (GATHER.replace("BEFORE", WAITED).replace("AFTER", "nil"), ["GM301"]),
        (GATHER.replace("BEFORE", "var failed error\n\t" + ASIDE).replace("AFTER", "failed"), []),
        (WATCH.replace("RESULT", "nil"), ["GM302"]),
        (WATCH.replace("RESULT", "context.Canceled"), []),
    ],
    ids=["deaf feeder", "feeder", "gathered late", "gathered", "nobody fails", "failure wakes"],
)
def test_who_waits_in_a_group(tmp_path: Path, source: str, codes: list[str]) -> None:
    (tmp_path / "go.mod").write_text("module example.com/groups\n\ngo 1.22\n\nrequire golang.org/x/sync v0.7.0\n")
    (tmp_path / "groups.go").write_text(HEAD + source)
    report = check(Settings(root=tmp_path, paths=(".",), select=("goroutine",)))
    assert [finding.code for finding in report.findings] == codes
