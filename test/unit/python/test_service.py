"""Completion and inspection: right answers, code-point cursors, and never any code of the user."""

from __future__ import annotations

_SCRIPT = """
import numpy as np
import os
ran = []
class Trap(type):
    def __dir__(cls): ran.append("meta dir"); return []
    def __getattr__(cls, name): ran.append("meta getattr"); raise AttributeError(name)
class Watched(metaclass=Trap):
    __slots__ = ("slot", "__dict__")
    @property
    def prop(self): ran.append("property")
    def method(self, first, *, second=2):
        "What the method does."
    def __getattr__(self, name): ran.append("getattr"); raise AttributeError(name)
    def __dir__(self): ran.append("dir"); return []
    def __repr__(self): ran.append("repr"); return ""
    def __len__(self): ran.append("len"); return 0
    def __eq__(self, other): ran.append("eq"); return False
    def __hash__(self): ran.append("hash"); return 0
class Hidden(dict):
    def __getitem__(self, key): ran.append("getitem")
    def keys(self): ran.append("keys"); return []
    def __iter__(self): ran.append("iter"); return iter(())
watched = Watched(); watched.own = 1; watched.slot = [1]
hidden = Hidden(a=1)
def guarded(value=watched, note: watched = 1) -> watched: pass
table = {"alpha": 1, "beta": {"gamma": watched}}
cells = np.zeros(3, dtype=[("mass", "f8"), ("id", "i4")])
field = np.zeros((2, 3))
number = 12
def helper(value, scale=1.0):
    'Helps.'
    return value
"""


def test_completion_knows_the_live_namespace(rank_process):
    rank_process(
        f"""
        rank = Rank({_SCRIPT!r})
        def matches(code, cursor=None):
            return rank.ask("complete", code, cursor)["matches"]
        """
        + """
        assert matches("zi") == ["zip"]
        assert "watched" in matches("wat") and matches("num") == ["number"]
        assert matches("field.sh") == ["shape"] and matches("field.T.shap") == ["shape"]
        assert matches("np.lina") == ["linalg"] and "path" in matches("os.pa")
        assert matches("import fractions, os; os.getc") == ["getcwd", "getcwdb"]
        assert matches("import json\\njson.dum") in (["dump", "dumps"], [])
        assert {"prop", "method", "own", "slot"} <= set(matches("watched."))
        assert matches("watched.slot.app") == ["append"]
        assert matches('table["al') == ['alpha"]'] and matches("table['beta']['") == ["gamma']"]
        assert matches("table['beta']['gamma'].meth") == ["method"]
        assert matches("cells['") == ["id']", "mass']"]
        assert matches("helper(sc") == ["scale="]
        assert matches("%timei") == ["%timeit"] and "%live" in matches("%li")
        assert matches("import nump") == ["numpy"] and "linalg" in matches("from numpy import lin")
        assert matches("'abc'.upp") == ["upper"]
        assert matches("unknown_thing.") == []
        assert matches("local = [1]\\nlocal.appe") == ["append"]
        """
    )


def test_cursors_are_code_points_and_may_be_out_of_range(rank_process):
    rank_process(
        """
        rank = Rank("value = 1\\n")
        reply = rank.ask("complete", "s = '𝒳𝒳'; val + 1", 13)
        assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["value"], 10, 13)
        (described,) = reply["metadata"]["_jupyter_types_experimental"]
        assert described == {"start": 10, "end": 13, "text": "value", "type": "instance", "signature": ""}
        for cursor in (-5, 0, 10**9):
            assert isinstance(rank.ask("complete", "val", cursor)["matches"], list)
        """
    )


def test_no_code_of_the_user_runs(rank_process):
    rank_process(
        f"""
        rank = Rank({_SCRIPT!r})
        script = sys.modules["inline_script"]
        script.ran.clear()
        """
        + """
        for code in ("watched.", "watched.prop.", "watched.prop", "watched.missing.", "Watched.", "Watched.x.", "Watched(", "hidden['",
                     "hidden['a'].", "hidden.", "hidden", "watched", "Watched", "watched[", "table['beta'].", "watched.method(", "guarded(", "guarded"):
            rank.ask("complete", code)
            rank.ask("inspect", code, detail_level=0)
            rank.ask("inspect", code, detail_level=1)
        assert script.ran == [], script.ran
        """
    )


def test_inspection_shows_signature_documentation_and_source(rank_process):
    rank_process(
        f"""
        rank = Rank({_SCRIPT!r})
        """
        + """
        import re
        def text(code, cursor=None, **fields):
            reply = rank.ask("inspect", code, cursor, **fields)
            return re.sub("\\x1b\\\\[[0-9;]*m", "", reply["data"]["text/plain"]) if reply["found"] else None
        assert "len(obj, /)" in text("len") and "Return the number of items" in text("len")
        assert "helper(value, scale=1.0)" in text("helper(1, ") and "Helps." in text("helper(1, ")
        assert "return value" in text("helper", detail_level=1)
        assert "What the method does." in text("watched.method")
        assert "(2, 3)" in text("field") and "float64" in text("field")
        assert "String form: 12" in text("number")
        assert text("missing") is None and text("") is None and text("watched.prop") is None
        """
    )


def test_is_complete_tells_status_and_indent(rank_process):
    rank_process(
        """
        rank = Rank()
        assert rank.ask("is_complete", "1 + 1") == {"status": "complete", "indent": ""}
        assert rank.ask("is_complete", "for i in x:") == {"status": "incomplete", "indent": "    "}
        assert rank.ask("is_complete", "x = )")["status"] == "invalid"
        """
    )


def test_questions_are_answered_while_a_cell_loops(rank_process):
    rank_process(
        """
        import threading
        rank = Rank("value = 1\\nstop = False\\n")
        answers = []
        def ask():
            answers.append(rank.ask("complete", "valu")["matches"])
            sys.modules["inline_script"].stop = True
        rank.core.begin = threading.Thread(target=ask).start
        assert rank.cell("import _allranks\\n_allranks.begin()\\nwhile not stop: pass").status == 0
        assert answers == [["value"]]
        """
    )


def test_unknown_requests_get_an_error_text(rank_process):
    rank_process(
        """
        rank = Rank()
        assert "unknown request" in rank.ask("other", "")["error"]
        assert rank.ask("complete", "x", 1)["matches"] == []
        """
    )
