"""The text of a cell on its way to code: its name, by which breakpoints are set, and its line numbers."""

from __future__ import annotations

from collections.abc import Callable

from IPython.core.compilerop import CachingCompiler
from IPython.core.inputtransformer2 import leading_empty_lines

#: What IPython understands at the start of a cell only.
_FIRST = ("%%", ">>>", "In [")


class CellCompiler(CachingCompiler):
    """Names the code of a cell as the bridge does, by its text: breakpoints find a cell before it runs and after."""

    def __init__(self) -> None:
        super().__init__()
        #: Text of the cell that the front end has sent, and its name; empty: IPython chooses one.
        self.cell, self.file = "", ""
        #: Told the name of each cell when it is compiled.
        self.named: Callable[[str], None] = lambda file: None

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Name of a cell; other text that is run like one gets IPython's."""
        mine = self.file and raw_code == self.cell
        name = self.file if mine else str(super().get_code_name(raw_code, code, number))
        self.named(name)
        return name


def first_lines(lines: list[str]) -> list[str]:
    """Drop empty lines at the start only where IPython needs it: other cells keep the line numbers that the front end shows."""
    shortened = leading_empty_lines(lines)
    first = shortened[0] if shortened else ""
    return shortened if not first or first[0].isspace() or first.startswith(_FIRST) else lines
