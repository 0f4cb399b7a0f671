"""The certificate on paper: what it prints, and the PDF with its font embedded."""

import base64
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import ImageFile

from portal.accounts.qr import qr_data_uri
from portal.base.refused import Refused
from services.hours.certificate_models import HourCertificate
from services.hours.certificates import service_words
from services.hours.rules import hours_words
from services.hours.seal import seal_svg
from services.hours.signing import Signed

SHEETS = ("portal/css/tokens.css", "services/certificate.css")


def facts_of(certificate: HourCertificate) -> dict[str, Any]:
    """What was signed; nothing where the person was erased since."""
    return json.loads(certificate.payload or "{}")


def code_of(certificate: HourCertificate) -> str:
    """The word that proves the certificate without this site."""
    return Signed(certificate.payload, certificate.signature, certificate.key_id).code


def sheet(request: HttpRequest, certificate: HourCertificate) -> dict[str, Any]:
    """What page and PDF print."""
    facts = facts_of(certificate)
    url = request.build_absolute_uri(reverse("verify", args=[certificate.no]))
    code = code_of(certificate)
    seal = base64.b64encode(seal_svg(facts["issuer"]).encode()).decode()
    return {
        "certificate": certificate,
        "facts": facts,
        "total": hours_words(certificate.minutes),
        "content": [
            (service_words(row["service"]), row["times"], hours_words(row["minutes"]))
            for row in facts["content"]
        ],
        "url": url,
        "qr": qr_data_uri(url),
        "code": code,
        "code_qr": qr_data_uri(code),
        "seal": f"data:image/svg+xml;base64,{seal}",
    }


@cache
def lacking() -> str:
    """Why this machine cannot make the PDF; empty when it can. Without a Chinese font it would print boxes."""
    lister = shutil.which("fc-list")
    if lister is None:
        return _("这台服务器没有 fontconfig，生成不了 PDF。请用浏览器打印这一页")
    fonts = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, timeout=20, check=False)  # noqa: S603 - a fixed command
    if not fonts.stdout.strip():
        return _("这台服务器没有中文字体（fonts-noto-cjk），生成不了 PDF。请用浏览器打印这一页")
    try:
        import weasyprint  # noqa: F401 - loads Pango, which a bare machine may lack
    except OSError:
        return _("这台服务器没有 Pango，生成不了 PDF。请用浏览器打印这一页")
    # WeasyPrint tells Pillow to take cut pictures for whole, everywhere in the process; uploads must not.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return ""


def pdf_of(request: HttpRequest, certificate: HourCertificate) -> bytes:
    """The certificate as PDF, font embedded, text selectable, the code in its keywords. Refused: no_pdf."""
    if why := lacking():
        raise Refused("no_pdf", why)
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols=["data"])  # nothing is fetched but what lies in the document itself
    html = render_to_string("services/hours/certificate_pdf.html", sheet(request, certificate))
    sheets = [CSS(string=Path(str(finders.find(name))).read_text(), url_fetcher=inside) for name in SHEETS]
    return HTML(string=html, url_fetcher=inside).write_pdf(stylesheets=sheets)
