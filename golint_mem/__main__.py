"""`python -m golint_mem` is `golint-mem`."""

from __future__ import annotations

from golint_mem.cli.main import main

if __name__ == "__main__":
    main(prog_name="golint-mem")
