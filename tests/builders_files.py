"""Files as suppliers attach them, small enough to be written by hand."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any


def a_pdf(*runs: tuple[int, int, str], locked: bool = False) -> bytes:
    """A PDF of one page with each text at its place (left, from below); `locked` by a password that nobody knows."""
    drawn = "".join(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in runs).encode("latin-1")
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    written, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b" /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        b"41" * 32,
        b"42" * 32,
    )
    trailer = b"<< /Size %d /Root 1 0 R%s >>" % (len(bodies) + 1, lock if locked else b"")
    start = len(written)
    return written + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF" % (
        len(bodies) + 1,
        table,
        trailer,
        start,
    )


def a_sheet(rows: Iterable[Sequence[Any]], *, hidden: Sequence[Any] = ()) -> bytes:
    """A spreadsheet with these rows, and another sheet that nobody sees."""
    import openpyxl

    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if hidden:
        secret = book.create_sheet("x")
        secret.append(list(hidden))
        secret.sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def a_bomb(unpacked: int) -> bytes:
    """A spreadsheet that says it is small and unpacks to so many bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * unpacked)
    return written.getvalue()
