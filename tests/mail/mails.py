"""Mails by hand, byte for byte, so that broken ones can be written too."""


def mail(body: str | bytes = "Where is my order?", **headers: str) -> bytes:
    """A mail with these headers; underscores are hyphens. `From` is there unless changed."""
    lines = {"From": "Jane Doe <Jane@Example.com>", "Subject": "Order"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    content = body.encode() if isinstance(body, str) else body
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + content


def part(body: str | bytes, content_type: str, **headers: str) -> bytes:
    """One part of a multipart mail."""
    return mail(body, **{"Content_Type": content_type, **headers})


def multipart(subtype: str, *parts: bytes, boundary: str = "b0") -> tuple[bytes, str]:
    """The body of a multipart, and its content type."""
    opened = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    body = opened + b"--" + boundary.encode() + b"--\r\n"
    return body, f'multipart/{subtype}; boundary="{boundary}"'


def multipart_mail(subtype: str, *parts: bytes, **headers: str) -> bytes:
    """A whole mail of these parts."""
    body, content_type = multipart(subtype, *parts)
    return mail(body, **{"Content_Type": content_type, **headers})


def nested(levels: int) -> bytes:
    """A text under this many levels of multipart/mixed."""
    body, content_type = b"deep inside", "text/plain"
    for level in range(levels - 1):
        body, content_type = multipart("mixed", part(body, content_type), boundary=f"b{level}")
    return mail(body, Content_Type=content_type)
