"""QR codes, drawn on the server as SVG without styles."""

import io

import segno


def qr_svg(text: str, *, any_size: bool = False) -> str:
    """A square black and white SVG of `text`; of `any_size`, it fills the place it is given."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        scale=4,
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        omitsize=any_size,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()


def qr_data_uri(text: str) -> str:
    """The same as the address of an image."""
    return segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
