"""What scripts and plug-ins may import from `annolab`; nothing here needs Qt."""

from __future__ import annotations

from annolab.errors import (
    AnnoLabError,
    Cancelled,
    Conflict,
    FormatError,
    MediaError,
    PluginError,
    StoreError,
    UserError,
)
from annolab.formats.base import (
    Confidence,
    Format,
    ImportContext,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.jobs import Progress
from annolab.media.picture_file import PictureFormat
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.model.geometry import (
    Box,
    Ellipse,
    Instant,
    Interval,
    Keyframe,
    Kind,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Root, Status
from annolab.model.schema import (
    AttributeSpec,
    Entry,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.store.filters import Filter, Order
from annolab.store.project import Project, Snapshot, create_project, open_project
from annolab.tasks.check import check_project
from annolab.tasks.filters import parse_filter
from annolab.tasks.frames import FrameChoice, FrameSet
from annolab.tasks.ingest import add_paths, fill_sizes
from annolab.tasks.relocate import relocate
from annolab.tasks.schema_file import load_schema
from annolab.tasks.tables import add_table
from annolab.tasks.texts import set_encoding, text_of
from annolab.tasks.transfer import (
    detect_format,
    export_dataset,
    import_dataset,
    preview_losses,
)

__all__ = [
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
]
