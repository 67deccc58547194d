"""Labels of the YOLO family: detection, segmentation, pose, oriented boxes."""
