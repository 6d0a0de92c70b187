"""What the name of a charset means on the web, where it is not what it says."""

# Pages hold more than they declare, and browsers read it (WHATWG Encoding Standard); names are Python's.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


def meant(name: str) -> str:
    """Return Python's name of the encoding that browsers use for a charset. Raises LookupError for none it knows.

    >>> meant("Latin1"), meant("GB2312"), meant("KOI8-R")
    ('cp1252', 'gb18030', 'koi8-r')
    """
    import codecs

    known = codecs.lookup(name)
    if not getattr(known, "_is_text_encoding", True):
        raise LookupError(f"{name} is no charset")
    return _MEANT.get(known.name, known.name)
