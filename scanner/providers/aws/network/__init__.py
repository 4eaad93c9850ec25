"""Who outside can send packets to what serves a model: exact, layer by layer, with the rules that let them.

The layers: block of public access, route tables both ways, network ACLs both ways, security groups, public
addresses, load balancers with their listeners' rules and logins, Classic Load Balancers, accelerators,
PrivateLink, what is joined with our networks (`peers`: peering, transit gateways with their tables, VPN,
Direct Connect), who stands inside them (`clients`: Client VPN, shared subnets), and what of ours stands in
front (`fronts`). Cloud WAN, local and carrier gateways, and what firewalls pass on, are said to be unread; a
web ACL is a guard and not read.
"""

from scanner.providers.aws.network.exposure import Exposure, Network
from scanner.providers.aws.network.fronts import REGISTRY, Front
from scanner.providers.aws.network.internet import is_anyone, is_whole

__all__ = ["REGISTRY", "Exposure", "Front", "Network", "is_anyone", "is_whole"]
