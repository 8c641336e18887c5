# SPDX-License-Identifier: Apache-2.0
"""Documents for tests: PDFs made by hand, and the files that cannot be read."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf(*pages: str) -> bytes:
    """A PDF of one line a page."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>", FONT]
    for number, text in enumerate(pages):
        shown = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{entries}trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>"
    return content + f"{end}\nstartxref\n{len(content)}\n%%EOF\n".encode()


def encrypted() -> bytes:
    """A PDF that opens with a password alone."""
    writer, content = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Secret.")))), BytesIO()
    writer.encrypt("pass", algorithm="AES-256")
    writer.write(content)
    return content.getvalue()
