"""Only public addresses are visited: a redirect must not reach into the network of the person who fetches."""

import ipaddress
import socket
import urllib.request
from collections.abc import Iterable
from urllib.parse import urlsplit


class ForbiddenAddressError(Exception):
    """This address is not visited; the message says why, without a full stop."""


def find_proxy(address: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY) names for an address."""
    parts, proxies = urlsplit(address), urllib.request.getproxies()
    if not parts.hostname or urllib.request.proxy_bypass(parts.hostname):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def check_address(address: str, allow_private: bool = False) -> None:
    """Raise ForbiddenAddressError unless the address is http(s) and all the host's addresses are public.

    Behind a proxy a name that this machine cannot resolve is let through: the proxy resolves it.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ForbiddenAddressError(f"{address} is no valid address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ForbiddenAddressError(f"{address} is no address of the web (http or https)")
    if parts.username or parts.password:
        raise ForbiddenAddressError(f"{parts.scheme}://{host} comes with a name or password")
    if allow_private:
        return
    try:
        found = socket.getaddrinfo(host, port or None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if find_proxy(address) is None or _is_number(host) or "." not in host:
            raise ForbiddenAddressError(f"the host {host} is not known to the name service") from None
        return
    check_numbers(host, (str(row[4][0]) for row in found))


def check_numbers(host: str, numbers: Iterable[str]) -> None:
    """Raise ForbiddenAddressError when one of the host's IP addresses is not a public one."""
    for number in numbers:
        if not is_public(number):
            raise ForbiddenAddressError(f"{host} leads to {number}, which is no public address")


def is_public(number: str) -> bool:
    """Is this IP address, or the IPv4 address inside it, one of the public internet?"""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in ipaddress.ip_network("64:ff9b::/96"):  # NAT64: the last 32 bits are an IPv4 address
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
