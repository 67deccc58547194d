"""The verbs of tracks: keyframes set, moved and dropped, tracks cut and joined.

As in `annolab/edits.py` nothing here reads or writes a project. What a person
changes of a suggestion accepts it. A verb that would leave no keyframe deletes
the track. Frames count from 0; ranges are half-open.
"""

from annolab.track_edits.change import track_of, unnumbered
from annolab.track_edits.keyframes import (
    add_keyframe,
    move_keyframe,
    propagate,
    remove_keyframe,
    set_attribute_everywhere,
    set_key_attribute,
    set_occluded,
    set_shape,
    simplify,
    toggle_outside,
)
from annolab.track_edits.numbers import (
    MOST_NUMBER,
    free_numbers,
    number_all,
    numbered,
    set_number,
)
from annolab.track_edits.ranges import (
    delete_range,
    shift,
    split,
    swap_from,
    trim_after,
    trim_before,
)
from annolab.track_edits.whole import (
    MOST_COPIES,
    copy_to_frames,
    join,
    paste_at,
    relabel,
    shape_from_track,
    track_from_shape,
)

__all__ = [
    "MOST_COPIES", "MOST_NUMBER", "add_keyframe", "copy_to_frames", "delete_range",
    "free_numbers", "join", "move_keyframe", "number_all", "numbered", "paste_at",
    "propagate", "relabel", "remove_keyframe", "set_attribute_everywhere",
    "set_key_attribute", "set_number", "set_occluded", "set_shape", "shape_from_track",
    "shift", "simplify", "split", "swap_from", "toggle_outside", "track_from_shape",
    "track_of", "trim_after", "trim_before", "unnumbered",
]  # fmt: skip
