"""The operations under /v1, a file per desk."""
