"""TextGrid, the annotation files of Praat."""
