"""The order in which people read the lines of a page: regions first, then the rows within."""

from ocr_ops.reading_order.level import level, turned_upright
from ocr_ops.reading_order.regions import reading_order, reading_regions, reading_rows

__all__ = ["level", "reading_order", "reading_regions", "reading_rows", "turned_upright"]
