"""Raw mails as bytes, built from only what a test is about."""


def raw_mail(
    body: bytes | str = "Hello", *headers: str, content_type: str = "text/plain; charset=utf-8", encoding: str = "8bit"
) -> bytes:
    """A mail with the usual headers; further headers replace or add."""
    given = {
        "from": "From: Jane Doe <jane@acme.example>",
        "subject": "Subject: P00012",
        "date": "Date: Mon, 23 Nov 2026 10:00:00 +0100",
    }
    given |= {"to": "To: buyer@shop.example", "message-id": "Message-ID: <1@acme.example>"}
    given |= {
        "content-type": f"Content-Type: {content_type}",
        "content-transfer-encoding": f"Content-Transfer-Encoding: {encoding}",
    }
    for header in headers:
        given[header.partition(":")[0].lower()] = header
    head = "\r\n".join(header for header in given.values() if header.partition(":")[2].strip())
    data = body.encode() if isinstance(body, str) else body
    return head.encode() + b"\r\n\r\n" + data


def multipart(*parts: str | bytes, kind: str = "mixed", headers: tuple[str, ...] = ()) -> bytes:
    """A multipart mail; every part brings its own headers."""
    joined = (
        b"".join(b"--cut\r\n" + (part.encode() if isinstance(part, str) else part) + b"\r\n" for part in parts)
        + b"--cut--\r\n"
    )
    return raw_mail(joined, *headers, content_type=f"multipart/{kind}; boundary=cut")


def part(body: str, content_type: str = "text/plain; charset=utf-8", *headers: str) -> str:
    return "\r\n".join([f"Content-Type: {content_type}", *headers, "", body])
