import pytest

from annolab.errors import FormatError
from annolab.formats.textgrid.reader import read_collection
from annolab.formats.textgrid.tokens import Tokens

GRID = '"TextGrid" "g{0}"\n0 1 <exists> 1\n"IntervalTier" "t" 0 1 1\n0 1 "{0}"\n'


def collection(count: int, *grids: str) -> bytes:
    head = f'File type = "ooTextFile"\nObject class = "Collection"\n{count}\n'
    return (head + "".join(grids)).encode()


def test_lines_are_counted_for_errors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # To count them for each grid takes minutes in a Collection of some megabytes.
    monkeypatch.delattr(Tokens, "line")
    found = read_collection(collection(3, *(GRID.format(n) for n in range(3))))
    assert [name for name, _ in found] == ["g0", "g1", "g2"]
    assert [grid.tiers[0].marks[0][2] for _, grid in found] == ["0", "1", "2"]


@pytest.mark.parametrize("name", ["Sound", "TextGrid 2"])
def test_another_class_in_a_collection_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_collection(collection(2, GRID.format(0), f'"{name}" "x"\n0 1\n'))
    assert caught.value.line == 8
