"""The order of names."""

from annolab.model.order import natural_key


def test_numbers_sort_as_numbers() -> None:
    names = ["img10", "IMG2", "img", "9" * 5000, "img1b", "2" * 5000]
    found = sorted(names, key=natural_key)
    assert found == ["2" * 5000, "9" * 5000, "img", "img1b", "IMG2", "img10"]
