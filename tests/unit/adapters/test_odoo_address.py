"""The address of Odoo is taken apart, or refused with what is wrong."""

import pytest

from agent.adapters.odoo.address import parse
from agent.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("http://127.0.0.1:8069", "http://127.0.0.1:8069"),
        ("https://odoo.example.com/", "https://odoo.example.com:443"),
        (" http://odoo ", "http://odoo:80"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("HTTPS://Odoo.Example.com", "https://odoo.example.com:443"),
    ],
)
def test_an_address_has_scheme_host_and_port(url, seen):
    assert str(parse(url)) == seen


@pytest.mark.parametrize(
    "url",
    ["", "odoo.example.com", "odoo.example.com:8069", "ftp://odoo", "http://", "http://odoo:port", "http://odoo:99999"],
)
def test_what_is_no_address_is_refused_with_an_example(url):
    with pytest.raises(ConfigurationError) as caught:
        parse(url)
    assert "http" in caught.value.next_step


@pytest.mark.parametrize("url", ["http://odoo/web", "https://odoo/odoo/sales", "http://odoo/?db=x", "http://odoo/#a"])
def test_a_path_is_refused(url):
    with pytest.raises(ConfigurationError, match="root"):
        parse(url)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(ConfigurationError) as caught:
        parse("http://admin:hidden-word@odoo")
    assert "hidden-word" not in str(caught.value)
