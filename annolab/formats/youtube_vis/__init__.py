"""YouTube-VIS and OVIS: an object for each track, with a list of shapes."""

from annolab.formats.youtube_vis.vis_format import YoutubeVisFormat

__all__ = ["YoutubeVisFormat"]
