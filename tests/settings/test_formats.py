"""Single texts: what is taken and what next to it is not."""

import pytest

from settings import formats


@pytest.mark.parametrize("email", ["a@b.de", "first.last+tag@sub.example.com", "x" * 64 + "@example.com"])
def test_an_email_address_is_taken(email: str) -> None:
    assert formats.email_problem(email) is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@b",
        "@b.de",
        "a@",
        "a@b.d",
        "a b@c.de",
        "a@b..de",
        ".a@b.de",
        "a@-b.de",
        "a@b.de\n",
        "A <a@b.de>",
        "x" * 65 + "@example.com",
        "a@" + "x" * 250 + ".de",
        "a@b.d3",
    ],
)
def test_an_email_address_is_refused(email: str) -> None:
    assert formats.email_problem(email) is not None


@pytest.mark.parametrize("domain", ["example.com", "Chat.Example.COM", "a.b.c.de", "x" * 63 + ".de", "a.xn--p1ai"])
def test_a_domain_is_taken(domain: str) -> None:
    assert formats.domain_problem(domain) is None


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "example",
        ".example.com",
        "example.com.",
        "*.example.com",
        "-a.de",
        "a-.de",
        "a_b.de",
        "x" * 64 + ".de",
        "a.1",
        "https://a.de",
        "a.de/x",
        "a.de:80",
        "a..de",
        ".".join(["a" * 60] * 5),
        "10.0.0.1",
    ],
)
def test_a_domain_is_refused(domain: str) -> None:
    assert formats.domain_problem(domain) is not None


@pytest.mark.parametrize("user", ["app", "1000", "1000:1000", "app:staff", "_x", "4294967295"])
def test_a_user_is_taken(user: str) -> None:
    assert formats.user_problem(user) is None


@pytest.mark.parametrize("user", ["", "root", "0", "00", "0:0", "root:app", "a:", ":a", "a:b:c", "4294967296", "a b"])
def test_a_user_is_refused(user: str) -> None:
    assert formats.user_problem(user) is not None


@pytest.mark.parametrize("path", ["/data", "/var/lib/app", "/device", "/.cache"])
def test_a_mount_path_is_taken(path: str) -> None:
    assert formats.mount_path_problem(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a b",
        "data",
        "/data/",
        "//data",
        "/a/../b",
        "/a/.",
        "/a:b",
        "/dev",
        "/proc/1",
        "/sys",
        "/" + "x" * 1024,
    ],
)
def test_a_mount_path_is_refused(path: str) -> None:
    assert formats.mount_path_problem(path) is not None


@pytest.mark.parametrize("path", ["/webui", "/a/b/c/d", "/a-b_c.d", "/services-old"])
def test_a_directory_on_the_file_system_is_taken(path: str) -> None:
    assert formats.file_system_path_problem(path) is None


@pytest.mark.parametrize("path", ["", "/", "webui", "/a/", "/a/b/c/d/e", "/.a", "/a b", "/" + "x" * 100, "/services"])
def test_a_directory_on_the_file_system_is_refused(path: str) -> None:
    assert formats.file_system_path_problem(path) is not None


@pytest.mark.parametrize(
    "node", ["cache.t4g.micro", "cache.m7g.large", "cache.r7g.16xlarge", "cache.c7gn.xlarge", "cache.r6gd.2xlarge"]
)
def test_a_cache_node_type_is_taken(node: str) -> None:
    assert formats.cache_node_type_problem(node) is None


@pytest.mark.parametrize("node", ["", "t4g.micro", "cache.t4g", "cache.t4g.tiny", "cache.t4g.0xlarge", "db.t4g.micro"])
def test_a_cache_node_type_is_refused(node: str) -> None:
    assert formats.cache_node_type_problem(node) is not None


@pytest.mark.parametrize("path", ["/", "/health?full=1", "/" + "x" * 1023])
def test_a_health_path_is_taken(path: str) -> None:
    assert formats.health_path_problem(path) is None


@pytest.mark.parametrize("path", ["", "health", "/a b", "/é", "/" + "x" * 1024])
def test_a_health_path_is_refused(path: str) -> None:
    assert formats.health_path_problem(path) is not None


@pytest.mark.parametrize("url", ["https://id.example.com/x", "https://id.example.com:8443/"])
def test_a_provider_address_is_taken(url: str) -> None:
    assert formats.provider_url_problem(url) is None


@pytest.mark.parametrize(
    "url", ["", "http://id.example.com/", "https://id", "https://u:p@id.example.com/", "https:// a.de/"]
)
def test_a_provider_address_is_refused(url: str) -> None:
    assert formats.provider_url_problem(url) is not None


@pytest.mark.parametrize(
    ("text", "good"), [("a", True), (" ", False), ("", False), ("a\nb", False), ("a" * 4097, False)]
)
def test_a_text_is_one_line_that_says_something(text: str, good: bool) -> None:
    assert (formats.text_problem(text) is None) is good
