"""COCO with `video_id` and `track_id`: films in one JSON file, in and out."""

from annolab.formats.coco_film.coco_film_format import CocoFilmFormat

__all__ = ["CocoFilmFormat"]
