"""The view: how image pixels lie on the widget. No Qt, never changed in place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from annolab.model.geometry import Box

SMALLEST = 1 / 512
LARGEST = 64.0
MARGIN = 36.0  # room for chips and the handle that turns
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A place on the widget is image place * scale + (x, y), in logical pixels.

    `scale`: logical pixels per image pixel.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_widget(self, x: float, y: float) -> Place:
        """Image pixels to widget pixels."""
        return x * self.scale + self.x, y * self.scale + self.y

    def to_image(self, x: float, y: float) -> Place:
        """Widget pixels to image pixels."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def moved(self, dx: float, dy: float) -> View:
        """The view scrolled by widget pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def zoomed(self, scale: float, at: Place) -> View:
        """Another scale, with the image place under `at` (widget) staying there."""
        scale = min(max(scale, SMALLEST), LARGEST)
        x, y = self.to_image(*at)
        return View(scale, at[0] - x * scale, at[1] - y * scale)

    def region(self, width: float, height: float, margin: float = 0.0) -> Box:
        """The part of the image plane that a widget of this size shows."""
        x0, y0 = self.to_image(-margin, -margin)
        x1, y1 = self.to_image(width + margin, height + margin)
        return Box(x0, y0, x1 - x0, y1 - y0)


def fitting(box: Box, width: float, height: float, margin: float = MARGIN) -> View:
    """The view that shows a part of the image as large as the widget allows."""
    room_x, room_y = max(width - 2 * margin, 1.0), max(height - 2 * margin, 1.0)
    scale = min(room_x / max(box.w, 1e-9), room_y / max(box.h, 1e-9))
    scale = min(max(scale, SMALLEST), LARGEST)
    return View(
        scale,
        (width - box.w * scale) / 2 - box.x * scale,
        (height - box.h * scale) / 2 - box.y * scale,
    )


def kept_in_sight(view: View, box: Box, width: float, height: float) -> View:
    """The view scrolled back so far that a part of `box` stays on the widget."""
    keep = min(64.0, width / 4, height / 4)
    x0, y0 = view.to_widget(box.x, box.y)
    x1, y1 = view.to_widget(box.x + box.w, box.y + box.h)
    dx = max(keep - x1, 0.0) + min(width - keep - x0, 0.0)
    dy = max(keep - y1, 0.0) + min(height - keep - y0, 0.0)
    return view.moved(dx, dy) if dx or dy else view
