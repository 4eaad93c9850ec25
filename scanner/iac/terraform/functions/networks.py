"""Functions on ranges of addresses."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.functions.function import Function

if TYPE_CHECKING:
    from scanner.iac.terraform.values import Value

_WIDEST: Final = 128


def _subnet(prefix: str, bits: Value, number: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    size = network.prefixlen + int(bits)
    if not 0 <= int(bits) <= _WIDEST or not 0 <= int(number) < 1 << int(bits):
        raise ValueError
    base = int(network.network_address) + (int(number) << (network.max_prefixlen - size))
    return str(ipaddress.ip_network((base, size)))


def _subnets(prefix: str, *bits: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    found, at = [], int(network.network_address)
    for more in bits:
        if not 0 < int(more) <= _WIDEST:
            raise ValueError
        size = network.prefixlen + int(more)
        step = 1 << (network.max_prefixlen - size)
        at = -(-at // step) * step
        made = ipaddress.ip_network((at, size))
        if not made.subnet_of(network):  # type: ignore[arg-type]
            raise ValueError
        found.append(str(made))
        at += step
    return found


def _host(prefix: str, number: Value) -> Value:
    network = ipaddress.ip_network(prefix, strict=False)
    at = int(number) if number >= 0 else network.num_addresses + int(number)
    if not 0 <= at < network.num_addresses:
        raise ValueError
    return str(network.network_address + at)


def _contains(outer: str, inner: str) -> Value:
    return ipaddress.ip_network(inner, strict=False).subnet_of(ipaddress.ip_network(outer, strict=False))  # type: ignore[arg-type]


NETWORKS: Final[dict[str, Function]] = {
    "cidrcontains": Function(_contains),
    "cidrhost": Function(_host),
    "cidrnetmask": Function(lambda p: str(ipaddress.IPv4Network(p, strict=False).netmask)),
    "cidrsubnet": Function(_subnet),
    "cidrsubnets": Function(_subnets),
}
