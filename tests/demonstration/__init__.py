"""Tests of the demonstration programme."""
