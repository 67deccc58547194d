import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.textgrid.reader import read_collection, read_grid

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def wide(text: str) -> bytes:
    """A text as Praat writes it: its length in code points, then UTF-16."""
    if text.isascii():
        return struct.pack(">H", len(text)) + text.encode("ascii")
    return struct.pack(">HH", 0xFFFF, len(text)) + text.encode("utf-16-be")


def body(label: str, name: str = "n") -> bytes:
    """A TextGrid with one interval and one point."""
    interval = struct.pack(">ddi", 0, 1, 1) + struct.pack(">dd", 0, 1) + wide(label)
    point = struct.pack(">ddi", 0, 1, 1) + struct.pack(">d", 0.5) + wide(label)
    return (
        struct.pack(">dd?i", 0, 1, True, 2)
        + b"\x0cIntervalTier"
        + wide(name)
        + interval
        + b"\x08TextTier"
        + wide(name)
        + point
    )


def whole(label: str, name: str = "n") -> bytes:
    return b"ooBinaryFile\x08TextGrid" + body(label, name)


@given(TEXT, TEXT)
def test_texts_of_all_planes_come_back(label: str, name: str) -> None:
    intervals, points = read_grid(whole(label, name)).tiers
    assert intervals.marks == [(0.0, 1.0, label)]
    assert points.marks == [(0.5, 0.5, label)]
    assert (intervals.name, points.name) == (name, name)


def test_a_collection_names_its_grids() -> None:
    head = b"ooBinaryFile\x0aCollection" + struct.pack(">i", 2)
    part = b"\x08TextGrid"
    data = head + part + wide("é") + body("a") + part + wide("") + body("😀")
    found = read_collection(data)
    assert [name for name, _ in found] == ["é", ""]
    assert [grid.tiers[0].marks[0][2] for _, grid in found] == ["a", "😀"]


def test_every_cut_is_refused() -> None:
    data = whole("a😀")
    for size in range(len(b"ooBinaryFile"), len(data)):
        with pytest.raises(FormatError):
            read_grid(data[:size])


def test_a_huge_count_takes_no_memory() -> None:
    head = b"ooBinaryFile\x08TextGrid" + struct.pack(">dd?i", 0, 1, True, 2**31 - 1)
    with pytest.raises(FormatError, match="ends early"):
        read_grid(head)


def test_any_flag_but_zero_says_that_there_are_tiers() -> None:
    data = whole("a")
    place = len(b"ooBinaryFile\x08TextGrid") + 16
    for flag, tiers in ((1, 2), (255, 2), (0, 0)):
        changed = data[:place] + bytes([flag]) + data[place + 1 :]
        assert len(read_grid(changed).tiers) == tiers


@pytest.mark.parametrize("units", [b"\xd8\x3d\x00a", b"\xde\x00"])
def test_half_a_character_is_refused(units: bytes) -> None:
    data = whole("é").replace(wide("é"), b"\xff\xff\x00\x01" + units)
    with pytest.raises(FormatError, match="half"):
        read_grid(data)
