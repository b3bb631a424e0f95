"""The chart library, without the import hook that it leaves behind."""

from __future__ import annotations

import sys

import pygal
from pygal.style import CleanStyle

# The hook has no `find_spec`, so everything that asks the import system for a module would stumble over it.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

__all__ = ["CleanStyle", "pygal"]
