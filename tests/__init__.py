"""Tests; the folders mirror the packages they check."""
