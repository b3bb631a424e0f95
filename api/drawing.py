"""QR codes as SVG: a document that pages put in place, and printers print at any size."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code of a short text, with error correction that survives a crease (level M) and its quiet zone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=6, border=4, xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()
