"""Folding of tracebacks and the MessagePack helpers: pure functions."""

from __future__ import annotations

import enum

import msgpack
import numpy as np
import pytest

from allranks import _fold, _pack


def test_equal_texts_of_all_ranks_need_no_heading():
    assert _fold.fold(["same\n"] * 4) == "same\n"


def test_the_minority_comes_first_with_rank_ranges():
    assert _fold.fold(["a", "a", "b", "a", ""]) == "[rank 2]\nb\n\n[ranks 0-1,3]\na\n\n[rank 4] without error\n"


def test_nothing_folds_to_nothing():
    assert _fold.fold(["", ""]) == "" and _fold.fold([]) == ""


@pytest.mark.parametrize(("ranks", "text"), [([], ""), ([3], "3"), ([2, 0, 1, 5], "0-2,5"), ([0, 2], "0,2")])
def test_ranks_are_written_as_ranges(ranks, text):
    assert _fold.rank_ranges(ranks) == text


class _Broken:
    def __repr__(self):
        raise ValueError("no")


class _Colour(str, enum.Enum):
    RED = "red"


_CYCLE: list = []
_CYCLE.append(_CYCLE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.arange(3), [0, 1, 2]),
        ({"n": 2**70}, {"n": str(2**70)}),
        ("a\ud800b", "a?b"),
        (_Broken(), "<_Broken object whose repr() raises ValueError>"),
        ({1, 1}, [1]),
    ],
)
def test_odd_values_are_packed_as_plain_ones(value, expected):
    assert msgpack.unpackb(_pack.pack(value), strict_map_key=False) == expected


def test_cycles_end():
    assert msgpack.unpackb(_pack.pack({"cycle": _CYCLE}))


def test_mime_bundles_are_fit_for_json():
    bundle = _pack.mime_bundle({"image/png": b"\x00\x01", "text/plain": "x", "application/json": {1: np.int64(2), "b": b"\x00"}})
    assert bundle == {"image/png": "AAE=", "text/plain": "x", "application/json": {"1": 2, "b": "AA=="}}


def test_malformed_payloads_raise_value_errors():
    for payload in (b"", b"\xc1", b"\x01\x02"):
        with pytest.raises(ValueError):
            _pack.unpack(payload)


def test_string_enumerations_become_their_text():
    assert msgpack.unpackb(_pack.pack(_pack.clean({"colour": _Colour.RED}))) == {"colour": str(_Colour.RED)}
