"""CSV: a row for each annotation, a column for each key-value."""

from annolab.formats.csv_table.csv_format import CsvFormat

__all__ = ["CsvFormat"]
