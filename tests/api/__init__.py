"""Tests of the HTTP service, on both databases."""
