"""What the actions on the timeline do."""

from __future__ import annotations

from collections.abc import Callable

from annolab.widgets.frame_range import FrameRange

RANGE_VERBS: dict[str, Callable[[FrameRange, int], None]] = {
    "range_start": FrameRange.begin_at,
    "range_end": FrameRange.end_at,
    "range_clear": lambda marked, _frame: marked.clear(),
}
"""By the last part of the id: the range, and the frame that is seen."""
