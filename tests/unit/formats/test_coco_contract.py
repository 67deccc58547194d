from hypothesis import strategies as st

from annolab.model.geometry import Geometry
from tests import strategies as some
from tests.format_contract import FormatContract


class TestCoco(FormatContract):
    format_id = "coco"
    target = "instances.json"

    def geometries(self) -> st.SearchStrategy[Geometry]:
        near = some.shapes(some.near, st.floats(0, 100))
        return st.one_of(near, near, some.geometries().filter(_not_wide))


def _not_wide(geometry: Geometry) -> bool:
    """Outlines of shapes at the edge of the world leave it."""
    return type(geometry).__name__ not in ("RotatedBox", "Ellipse")
