"""Nothing that is not public is reached, in whatever form it is written."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import RecipeError
from datastork.fetch import Fetcher, Policy, Refused
from datastork.fetch.address import read_allow, why_not_public
from datastork.fetch.target import target_of

# written as an address
LITERAL = [
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.1.2.3/",
    "http://127.255.255.254/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://192.168.255.255/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.0.1/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.1/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.88.99.1/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2606:4700::5efe:127.0.0.1]/",
    "http://[5f00::1]/",
    "http://[3fff::1]/",
]
# written so that one program reads one thing and another another
ODD = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1./x",
    "http://1.1.1.1.1/",
    "http://127.0.0.01/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.0.0.1/",
    "http://user@127.0.0.1/",
    "http://example.org@127.0.0.1/",
    "http://example.org:80@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\.127.0.0.1/",
    "http://127.0.0.1%00.example.org/",
    "http://%31%32%37.0.0.1/",
    "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://::1/",
    "http://[::1/",
    "http://[::1]x/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://exa mple.org/",
    "http://example.org\n/",
    "http://exam\tple.org/",
    "http://-example.org/",
    "http://example..org/",
    "http:///etc/passwd",
    "http://",
    "//example.org/",
    "example.org",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "jar:http://example.org!/",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:6379/",
    "http://example.org:11211/",
    "http://example.org:9200/",
    "http://" + "a" * 70 + ".org/",
    "http://example.org/" + "a" * 9000,
]
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1"],
    "LOCALHOST": ["127.0.0.1"],
    "ⓛocalhost": ["127.0.0.1"],
    "rebind.example": ["93.184.216.34", "10.0.0.1"],
    "mixed.example": ["2606:2800:220:1::1", "::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "mapped.example": ["::ffff:192.168.1.1"],
    "scoped.example": ["fe80::1%2"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "6to4.example": ["2002:c0a8:1::"],
    "nothing.example": [],
}


def resolver(host: str, port: int) -> list[str]:
    """Return what a name server might."""
    return NAMES.get(host, NAMES.get(host + ".", ["93.184.216.34"]))


def test_there_are_enough_vectors() -> None:
    assert len(LITERAL) + len(ODD) + len(NAMES) >= 60


@pytest.mark.parametrize("url", LITERAL + ODD)
def test_an_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.fetch.connecting.connect", lambda *_: pytest.fail("it connected"))
    with Fetcher(Policy(), resolver=resolver) as fetcher, pytest.raises(Refused):
        fetcher.get(url)


@pytest.mark.parametrize("host", [name for name, known in NAMES.items() if known])
def test_a_name_of_a_private_address_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.fetch.connecting.connect", lambda *_: pytest.fail("it connected"))
    with Fetcher(Policy(), resolver=resolver) as fetcher, pytest.raises(Refused, match="not public"):
        fetcher.get(f"http://{host}/")


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2001:4860:4860::8888", "2a00::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_as_it_is(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    forms = [(0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)]

    assert {why_not_public(ipaddress.IPv6Address(form)) for form in forms} == {why_not_public(inner)}


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    judged = address
    if isinstance(address, ipaddress.IPv6Address):  # Pythons differ in what they call all of 2002::/16
        judged = address.ipv4_mapped or address.sixtofour or address
    if not judged.is_global:
        assert why_not_public(address) is not None


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("HTTP://EXAMPLE.org", "http://example.org/"),
        ("https://example.org:443/a?b=c#d", "https://example.org/a?b=c"),
        ("http://example.org./", "http://example.org/"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/a/./b/../c/%2e%2e/d", "http://example.org/a/d"),
        ("http://example.org/a/..", "http://example.org/"),
        ("http://example.org?q=1", "http://example.org/?q=1"),
        ("http://[2606:4700::0:1111]:8080/", "http://[2606:4700::1111]:8080/"),
    ],
)
def test_an_address_has_one_normal_form(given: str, normal: str) -> None:
    assert target_of(given).url == normal
    assert target_of(normal).url == normal


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        found = target_of("http://example.org/" + text)
    except Refused:
        return
    assert target_of(found.url) == found
    assert found.url.isascii()
    assert found.host == "example.org"


ALLOWED = [
    ("127.0.0.1:8000", "http://127.0.0.1:8000/", True),
    ("127.0.0.1:8000", "http://127.0.0.1:8001/", False),
    ("127.0.0.1", "http://127.0.0.1:8001/", True),
    ("10.0.0.0/8", "http://10.1.2.3/", True),
    ("10.0.0.0/8", "http://11.1.2.3:22/", False),
    ("[::1]:8000", "http://[::1]:8000/", True),
    ("::1", "http://[::1]/", True),
    ("localhost", "http://localhost:9999/", True),
    ("localhost:80", "http://localhost:9999/", False),
    ("LocalHost.", "http://localhost/", True),
    ("127.0.0.1", "http://localhost/", False),  # it has ::1 too
    ("127.0.0.1", "http://[::ffff:127.0.0.1]/", True),
    ("example.org:22", "http://example.org:22/", True),
    ("other.example", "http://rebind.example/", False),
]


@pytest.mark.parametrize(("entry", "url", "fine"), ALLOWED)
def test_allow_names_hosts_addresses_and_ports(entry: str, url: str, fine: bool) -> None:
    with Fetcher(Policy(allow=(entry,)), resolver=resolver) as fetcher:
        if fine:
            fetcher.check(url)
        else:
            with pytest.raises(Refused):
                fetcher.check(url)


@pytest.mark.parametrize("entry", ["", "a b", "127.0.0.1:x", "http://x/", "[::1", "x:0", "x:70000", "[::1]x"])
def test_an_entry_of_allow_that_is_none_is_an_error(entry: str) -> None:
    with pytest.raises(RecipeError, match="is no host or address"):
        read_allow([entry])
