"""Tests of the rulebook: packs, expressions and the fold."""
