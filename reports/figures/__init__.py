"""Every published number, declared once: what it is called, what it means, how it comes from the records.

A figure without a basis is *unknown* (``None``), never 0.
"""

from reports.figures.base import Answer, Figure, FigureValue, shown
from reports.figures.declarations import FIGURES, declared, figure_values

__all__ = ["FIGURES", "Answer", "Figure", "FigureValue", "declared", "figure_values", "shown"]
