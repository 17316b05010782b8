"""What a notebook user expects of IPython: magics, shell commands, help pages, displays, figures, input, widgets."""

from __future__ import annotations


def test_magics_and_shell_commands_write_into_the_cell(rank_process):
    rank_process(
        """
        rank = Rank()
        assert "per loop" in rank.cell("%timeit -n1 -r1 1").text()
        seen = rank.cell("!echo out; echo err >&2; exit 3")
        assert (seen.text(), seen.text("stderr")) == ("out\\n", "err\\n")
        assert rank.cell("_exit_code").result() == "3"
        assert rank.cell("name = 'a b'\\nlines = !echo {name}\\nlines[0]").result() == "'a b'"
        assert rank.cell("%%capture caught\\nprint(1)").frames == []
        assert rank.cell("caught.stdout").result() == "'1\\\\n'"
        assert rank.cell("%nothing").error() == "UsageError: Line magic function `%nothing` not found."
        """
    )


def test_help_pages_and_next_input_are_payloads(rank_process):
    rank_process(
        """
        rank = Rank()
        (page,) = rank.cell("len?").outcome["payload"]
        assert page["source"] == "page" and "Return the number of items" in page["data"]["text/plain"]
        (text,) = rank.cell("get_ipython().set_next_input('x = 1')").outcome["payload"]
        assert text == {"source": "set_next_input", "text": "x = 1", "replace": False}
        assert "payload" not in rank.cell("1").outcome
        """
    )


def test_displays_updates_and_clear_are_published(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell('''
        from IPython.display import HTML, JSON, Image, clear_output
        handle = display(HTML("<b>x</b>"), display_id="here")
        handle.update(JSON({"a": [1, 2]}))
        clear_output(wait=True)
        display({"image/png": b"\\\\x89PNG"}, raw=True)
        ''')
        shown, updated, cleared, raw = seen.published()
        assert shown["kind"] == "display" and shown["data"]["text/html"] == "<b>x</b>" and shown["display_id"] == "here"
        assert updated["kind"] == "update" and updated["data"]["application/json"] == {"a": [1, 2]} and updated["display_id"] == "here"
        assert cleared == {"kind": "clear", "wait": True}
        assert raw["data"] == {"image/png": "iVBORw=="}
        """
    )


def test_rich_representations_leave_rank_0_only_unless_the_cell_has_targets(rank_process):
    rank_process(
        """
        code = "from IPython.display import HTML\\nHTML('<b>x</b>')"
        other = Rank(rank=1, size=2)
        (message,) = other.cell(code).published()
        assert message["data"] == {"text/plain": "<IPython.core.display.HTML object>"}
        (message,) = other.cell(code, targets=[1]).published()
        assert message["data"]["text/html"] == "<b>x</b>"
        """
    )


def test_representations_are_computed_on_every_rank_as_they_may_communicate(rank_process):
    rank_process(
        """
        other = Rank("calls = []\\nclass Field:\\n    def _repr_html_(self):\\n        calls.append(1)\\n        return '<i>'\\n", rank=1, size=2)
        other.cell("Field()")
        assert other.cell("len(calls)").result() == "1"
        """
    )


def test_rank_0_shows_figures_and_other_ranks_do_not_draw_them(rank_process):
    rank_process(
        """
        drawing = "import matplotlib.pyplot as plt\\nplt.plot([1, 2]);"
        (figure,) = Rank().cell(drawing).published("display")
        assert figure["data"]["image/png"].startswith("iVBOR")
        """
    )
    rank_process(
        """
        drawing = "import matplotlib.pyplot as plt\\nplt.plot([1, 2]);"
        other = Rank(rank=1, size=2)
        from matplotlib.figure import Figure
        draw, Figure.draw = Figure.draw, None
        (figure,) = other.cell(drawing).published("display")
        assert list(figure["data"]) == ["text/plain"]
        Figure.draw = draw
        (figure,) = other.cell(drawing, targets=[1]).published("display")
        assert figure["data"]["image/png"].startswith("iVBOR")
        """
    )


def test_matplotlib_inline_is_accepted_and_screens_are_refused(rank_process):
    rank_process(
        """
        rank = Rank()
        seen = rank.cell("%matplotlib inline\\nimport matplotlib.pyplot as plt\\nplt.plot([1]); plt.show()")
        assert seen.status == 0 and len(seen.published("display")) == 1
        assert rank.cell("%matplotlib tk").status == 1
        assert rank.cell("'after'").published("display") == []
        """
    )


def test_figures_of_inline_functions_are_not_shown_in_the_next_cell(rank_process):
    rank_process(
        """
        rank = Rank("def draw():\\n    import matplotlib.pyplot as plt\\n    plt.plot([1])\\n")
        assert rank.embed.run_function("draw", []) == (True, "")
        assert rank.cell("1").published("display") == []
        """
    )


def test_input_and_getpass_ask_once_and_return_the_answer(rank_process):
    rank_process(
        """
        import msgpack
        rank = Rank()
        rank.core.inputs = [msgpack.packb({"value": "yes"}), msgpack.packb({"value": "secret"}), msgpack.packb({"value": "\\x04"}), msgpack.packb({"error": "gone"})]
        seen = rank.cell("print('before'); input('really? ')")
        assert seen.result() == "'yes'"
        assert [frame[0] for frame in seen.frames][:2] == ["stdout", "input"]
        assert msgpack.unpackb(seen.frames[1][1]) == {"prompt": "really? ", "password": False}
        seen = rank.cell("import getpass\\ngetpass.getpass()")
        assert msgpack.unpackb(seen.frames[0][1]) == {"prompt": "Password: ", "password": True}
        assert rank.cell("input()").outcome["ename"] == "EOFError"
        assert rank.cell("input()").error() == "StdinNotImplementedError: gone"
        assert "does not support input" in rank.cell("input()", allow_stdin=False).error()
        """
    )


def test_comms_have_the_same_id_on_all_ranks_and_only_rank_0_speaks(rank_process):
    program = """
        rank = Rank(rank={rank}, size=2)
        seen = rank.cell("from comm import create_comm\\nheard = []\\nc = create_comm(target_name='t', data={{'n': 1}}, buffers=[b'b'])\\nc.on_msg(lambda m: heard.append((m['content']['data'], bytes(m['buffers'][0]))))\\nprint(c.comm_id)")
        comms = seen.published("comm")
        name = seen.text().strip()
        print(name, len(comms))
        if comms:
            message = comms[0]["message"]
            assert message["type"] == "comm_open" and message["buffers"] == [b"b"]
            assert message["content"]["target_name"] == "t" and message["content"]["data"] == {{"n": 1}}
        message = {{"type": "comm_msg", "content": {{"comm_id": name, "data": {{"v": 2}}}}, "metadata": {{}}, "buffers": [b"xy"]}}
        assert rank.call(what="comm", message=message).status == 0
        assert rank.cell("heard").result() == "[({{'v': 2}}, b'xy')]"
        assert rank.call(what="comm", message={{"type": "other"}}).status == 1
    """
    first, opened = rank_process(program.format(rank=0)).split()
    other, silent = rank_process(program.format(rank=1)).split()
    assert (first, opened, silent) == (other, "1", "0")


def test_packages_are_installed_once_for_all_ranks(rank_process):
    rank_process("seen = Rank(rank=1, size=2).cell('%pip --version')\nassert (seen.status, seen.frames) == (0, [])")


def test_the_module_tells_live_values(rank_process):
    rank_process(
        """
        import numpy as np
        rank = Rank("import allranks\\n", rank=2, size=4)
        rank.core.views = {"density": np.zeros((3, 4))}
        rank.core.now = (7, 0.5)
        assert rank.cell("allranks.rank, allranks.size, allranks.step, allranks.time").result() == "(2, 4, 7, 0.5)"
        rank.core.now = (8, 1.5)
        assert rank.cell("allranks.step, allranks.time").result() == "(8, 1.5)"
        rank.core.views["density"] = np.ones((5,))
        assert rank.cell("allranks.arrays['density'].shape, list(allranks.arrays), 'x' in allranks.arrays").result() == "((5,), ['density'], False)"
        (table,) = rank.cell("allranks.arrays", targets=[2]).published()
        assert "<td>float64</td><td>(5,)</td><td>yes</td>" in table["data"]["text/html"]
        assert "without MPI" in rank.cell("allranks.comm").error()
        assert rank.cell("allranks.nothing").outcome["ename"] == "AttributeError"
        """
    )


def test_outside_of_a_simulation_the_module_says_so(rank_process):
    rank_process(
        """
        import allranks
        try:
            allranks.step
        except RuntimeError as error:
            assert "inside the ranks of a simulation" in str(error)
        else:
            raise AssertionError
        """
    )


def test_world_is_refused_in_a_simulation_on_a_part_of_it(rank_process):
    rank_process(
        """
        import sys, types
        package, MPI = types.ModuleType("mpi4py"), types.ModuleType("mpi4py.MPI")
        package.MPI, package.rc, package.__path__ = MPI, types.SimpleNamespace(), []
        sys.modules.update({"mpi4py": package, "mpi4py.MPI": MPI})
        import fake_core
        install = fake_core.install
        def with_comm(*args):
            core = install(*args)
            core.comm_handle = 1
            return core
        fake_core.install = with_comm
        rank = Rank(size=2, world_size=4)
        seen = rank.cell("from mpi4py import MPI\\nMPI.COMM_WORLD.Get_rank()")
        assert "use allranks.comm" in seen.error() and seen.outcome["ename"] == "RuntimeError"
        assert vars(package.rc) == {"initialize": False, "finalize": False, "errors": "default"}
        """
    )


def test_an_mpi4py_of_another_mpi_is_refused_in_one_sentence(rank_process):
    rank_process(
        """
        import types
        rank = Rank()
        from allranks import _mpi
        _mpi._allranks.mpi_library_version = "Open MPI v5.0.11"
        _mpi._check_library(types.SimpleNamespace(Get_library_version=lambda: "Open MPI v5.0.11, package: x\\0"))
        try:
            _mpi._check_library(types.SimpleNamespace(Get_library_version=lambda: "MPICH Version: 4.0\\nMore: 1"))
        except RuntimeError as error:
            assert str(error).startswith("mpi4py uses another MPI (MPICH Version: 4.0) than the simulation (Open MPI v5.0.11);")
        else:
            raise AssertionError
        """
    )
