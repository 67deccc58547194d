"""AnnoLab: label images, video, text and audio offline, in one project file."""
