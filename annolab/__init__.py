"""AnnoLab: label images, video, text and audio offline, in one project file.

The names of `annolab.public` can be imported from here; none of them needs Qt,
and none is loaded before it is used. Verbs that change data are in `edits`.

>>> import annolab, pathlib, tempfile
>>> from annolab import edits
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> project = annolab.create_project(folder / "street.annolab")
>>> car = annolab.Label(id=annolab.new_id(), name="car", color="#ffb000")
>>> changes = project.apply(edits.declare(project.schema, car))
>>> [label.name for label in project.schema.labels]
['car']
>>> changes = project.undo()
>>> project.schema.labels
()
>>> project.close()
"""

# ruff: noqa: F405

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annolab.public import *  # noqa: F403

# A literal, so that asking for a submodule loads nothing: tests/test_public_names.py.
__all__ = (
    "AnnoLabError",
    "Annotation",
    "AnnotationStatus",
    "Annotator",
    "AnnotatorKind",
    "AttributeSpec",
    "Box",
    "Cancelled",
    "Change",
    "ChangeSet",
    "Confidence",
    "Conflict",
    "Edit",
    "Ellipse",
    "Entry",
    "Filter",
    "Format",
    "FormatError",
    "FrameChoice",
    "FrameSet",
    "ImportContext",
    "Instant",
    "Interval",
    "Item",
    "Keyframe",
    "Kind",
    "Label",
    "Mask",
    "Media",
    "MediaError",
    "Order",
    "Owner",
    "PictureFormat",
    "PluginError",
    "Points",
    "Polygon",
    "Polyline",
    "Problem",
    "Progress",
    "Project",
    "Records",
    "Relation",
    "Report",
    "Root",
    "RotatedBox",
    "Schema",
    "Severity",
    "Sink",
    "Skeleton",
    "Snapshot",
    "Span",
    "Status",
    "StoreError",
    "Tier",
    "TierKind",
    "TimeBox",
    "Track",
    "UserError",
    "ValueType",
    "Whole",
    "add_paths",
    "add_table",
    "check_project",
    "create_project",
    "detect_format",
    "export_dataset",
    "fill_sizes",
    "import_dataset",
    "load_schema",
    "new_id",
    "open_project",
    "parse_filter",
    "preview_losses",
    "relocate",
    "set_encoding",
    "text_of",
)


if not TYPE_CHECKING:  # type checkers read `public`, and must find misspelt names

    def __getattr__(name: str) -> object:
        """Load a public name when it is used first."""
        if name not in __all__:
            message = f"module 'annolab' has no attribute {name!r}"
            raise AttributeError(message)
        from annolab import public

        value: object = getattr(public, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names too, although they are not loaded yet."""
    return sorted({*globals(), *__all__})
