"""Write the skeleton of a new rule: a module that reads well, and Go files to test it with."""

from __future__ import annotations

import json
from pathlib import Path

import libcst as cst
from libcst.helpers import parse_template_module

from golint_mem.rule import FAMILIES
from golint_mem.rulebook import RuleDescription
from golint_mem.rulebook.read import CODE, NAME, read_all

DOC = '''"""Say in one sentence what {name} finds.

## Why is this bad

Say what it costs a program that runs for weeks.

## Example

```go
package example

func bad() {{}}
```

## Use instead

```go
package example

func good() {{}}
```

## Silent when

Say where the rule holds back although the pattern is there.

## Can miss

Say what the rule does not see.
"""'''

TEMPLATE = '''{doc}

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code={code}, name={name}, needs=(b"TODO",), level="warning", precision="low")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every place that the rule is about."""
    yield from ()
'''

BAD = """package sample

func bad() {{}} // todo-want "{code}"
"""

GOOD = """package sample

func good() {}
"""


def new(name: str, family: str, code: str | None = None, folder: Path = Path("rules")) -> tuple[Path, ...]:
    """Write `folder/family/name.py` and the `testdata` folder beside `folder`; the paths of the new files.

    Without a code the rule gets the next free one of its family. `ValueError` says what is wrong with the arguments,
    `FileExistsError` that one of the files is there already; nothing is written then.
    """
    code = _free_code(name, family, code, folder)
    module = folder / family / f"{name.replace('-', '_')}.py"
    testdata = folder.parent / "testdata" / name
    package = folder / family / "__init__.py"
    files = {
        module: skeleton(name, code),
        testdata / "bad.go": BAD.format(code=code),
        testdata / "good.go": GOOD,
    }
    if not package.exists():
        files[package] = f'"""The rules of the family {family}."""\n'
    return _write(files)


def skeleton(name: str, code: str) -> str:
    """The text of a rule module that is well formed and finds nothing yet."""
    module = parse_template_module(
        TEMPLATE,
        doc=cst.SimpleString(DOC.format(name=name)),
        code=cst.SimpleString(json.dumps(code)),
        name=cst.SimpleString(json.dumps(name)),
    )
    return module.code


def _free_code(name: str, family: str, code: str | None, folder: Path) -> str:
    """The code that the new rule gets, once its identity is known to be free."""
    digit = next((digit for digit, known in FAMILIES.items() if known == family), None)
    if digit is None:
        raise ValueError(f"there is no family '{family}'; the families are {', '.join(FAMILIES.values())}")
    if not NAME.fullmatch(name):
        raise ValueError(f"the name '{name}' is not in kebab-case")
    existing = read_all(folder) if folder.is_dir() else ()
    if any(rule.name == name for rule in existing):
        raise ValueError(f"the name '{name}' is taken")
    return _next_code(existing, digit) if code is None else _checked_code(existing, digit, code)


def _next_code(existing: tuple[RuleDescription, ...], digit: str) -> str:
    taken = {rule.code for rule in existing}
    for number in range(1, 100):
        if (code := f"GM{digit}{number:02}") not in taken:
            return code
    raise ValueError(f"the family {FAMILIES[digit]} has no free code")


def _checked_code(existing: tuple[RuleDescription, ...], digit: str, code: str) -> str:
    if not CODE.fullmatch(code) or code[2] != digit:
        raise ValueError(f"the code '{code}' is not one of GM{digit}xx, the codes of {FAMILIES[digit]}")
    if any(rule.code == code for rule in existing):
        raise ValueError(f"the code {code} is taken")
    return code


def _write(files: dict[Path, str]) -> tuple[Path, ...]:
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path.as_posix()} is there already")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(files)
