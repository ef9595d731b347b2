"""CSV files as Excel saves them in Peru: which encoding the bytes are in, which separator the text names."""

from __future__ import annotations

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY_WITHIN = 4096


def decode_text(content: bytes) -> str | None:
    """The text of a file: UTF-8 with or without its mark, UTF-16 with it, or else Windows-1252.

    Returns:
        None when the bytes are no text in any of them.
    """
    if content.startswith(_UTF_16):
        encodings = ["utf-16"]
    elif is_binary(content):
        return None
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def is_binary(content: bytes) -> bool:
    """Whether the bytes hold zeros, as no text has but UTF-16."""
    return not content.startswith(_UTF_16) and b"\x00" in content[:_BINARY_WITHIN]


def named_separator(text: str) -> tuple[str, str]:
    """The separator of Excel's own first line ``sep=;``, "" without it, and the text after that line."""
    first, _, rest = text.partition("\n")
    directive = first.strip(" \r")
    if directive.lower().startswith("sep=") and len(directive) == len("sep=;"):
        return directive[-1], rest  # Excel does not show it as a row
    return "", text
