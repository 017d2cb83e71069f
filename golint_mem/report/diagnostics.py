"""Findings in the words of the Language Server Protocol. Needs lsprotocol, which comes with the extra `lsp`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from lsprotocol import types as lsp

from golint_mem.findings import Edit, Finding, Notification, Place, Report, RuleInfo, Step
from golint_mem.report.places import HOME, Sources, level_of, rules_by_code

SOURCE = "golint-mem"
MAX_RELATED = 50
_SEVERITY = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}


@dataclass
class Translator:
    """Turns places into ranges: `units` counts a text as the client counts, `uri` names a file as the client does."""

    report: Report
    units: Callable[[str], int]
    uri: Callable[[str], str]

    def __post_init__(self) -> None:
        """Split the sources once."""
        self._sources = Sources(self.report.sources)
        self._rules = rules_by_code(self.report)

    def diagnostics(self) -> dict[str, list[lsp.Diagnostic]]:
        """The diagnostics of the report, by path."""
        found: dict[str, list[lsp.Diagnostic]] = {}
        for finding in self.report.findings:
            found.setdefault(finding.place.path, []).append(self.diagnostic(finding))
        for note in self.report.notifications:
            if note.kind == "malformed-suppression":
                found.setdefault(note.path, []).append(self._note(note))
        return found

    def diagnostic(self, finding: Finding) -> lsp.Diagnostic:
        """One finding, with the steps of its path as related places."""
        related = (*chain.from_iterable(finding.threads), *finding.related)[:MAX_RELATED]
        return lsp.Diagnostic(
            range=self.range(finding.place),
            message=finding.message,
            severity=_SEVERITY[level_of(finding, self._rules[finding.code])],
            code=finding.code,
            code_description=lsp.CodeDescription(href=f"{HOME}/blob/main/docs/rules.md#{self._anchor(finding)}"),
            source=SOURCE,
            related_information=[self._related(step) for step in related] or None,
            data=finding.fingerprint,
        )

    def _anchor(self, finding: Finding) -> str:
        return f"{finding.code}-{self._rules[finding.code].name}".lower()

    def _related(self, step: Step) -> lsp.DiagnosticRelatedInformation:
        where = lsp.Location(uri=self.uri(step.place.path), range=self.range(step.place))
        return lsp.DiagnosticRelatedInformation(location=where, message=step.message)

    def _note(self, note: Notification) -> lsp.Diagnostic:
        line = max(note.line - 1, 0)
        where = lsp.Range(lsp.Position(line, 0), lsp.Position(line + 1, 0))
        return lsp.Diagnostic(range=where, message=note.message, severity=_SEVERITY["warning"], source=SOURCE)

    def range(self, place: Place) -> lsp.Range:
        """Where a place is, counted from nought and as the client counts."""
        line, column, end_line, end_column = self._sources.in_characters(place)
        return lsp.Range(self._position(place.path, line, column), self._position(place.path, end_line, end_column))

    def _position(self, path: str, line: int, column: int) -> lsp.Position:
        lines = self._sources.lines(path)
        before = lines.text(line)[: column - 1] if lines else " " * (column - 1)
        return lsp.Position(line - 1, self.units(before))

    def actions(self, finding: Finding, versions: Mapping[str, int | None]) -> list[lsp.CodeAction]:
        """The quick fixes of a finding, and the comment that waves it through."""
        diagnostic = self.diagnostic(finding)
        made = [
            lsp.CodeAction(
                title=fix.description.rstrip("."),
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=number == 0,
                edit=self._workspace_edit(fix.edits, versions),
            )
            for number, fix in enumerate(finding.fixes)
        ]
        ignore = lsp.CodeAction(
            title=f"Ignore {finding.code} in this line",
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            edit=self._workspace_edit(self._comment(finding), versions),
        )
        return [*made, ignore]

    def _comment(self, finding: Finding) -> tuple[Edit, ...]:
        """An edit that puts a comment behind the finding's last line."""
        source = self.report.sources[finding.place.path]
        end = source.find(b"\n", finding.place.end)
        end = len(source) if end < 0 else end
        end -= source[:end].endswith(b"\r")
        place = Place(finding.place.path, 0, 0, 0, 0, end, end)
        return (Edit(place, f" //nolint:{finding.code} // why?"),)

    def _workspace_edit(self, edits: Iterable[Edit], versions: Mapping[str, int | None]) -> lsp.WorkspaceEdit:
        by_path: dict[str, list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit]] = {}
        for edit in edits:
            where = self.range(self._sources.placed(edit))
            by_path.setdefault(edit.place.path, []).append(lsp.TextEdit(range=where, new_text=edit.text))
        return lsp.WorkspaceEdit(
            document_changes=[
                lsp.TextDocumentEdit(
                    text_document=lsp.OptionalVersionedTextDocumentIdentifier(self.uri(path), versions.get(path)),
                    edits=changes,
                )
                for path, changes in by_path.items()
            ]
        )

    def hover(self, finding: Finding) -> str:
        """The message and the help of the rule, as Markdown."""
        rule: RuleInfo = self._rules[finding.code]
        sections = [f"#### {heading}\n\n{text}" for heading, text in rule.sections.items()]
        return "\n\n".join([f"**{finding.code} {rule.name}**: {finding.message}", rule.summary, *sections])
