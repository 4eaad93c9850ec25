"""What the public knows: vendors' identities, AWS's own accounts, and names that speak of model weights.

Data files beside the code, each with its sources. Loading reads a file every time: keep what you load.
"""

from scanner.catalog.aws_owned import AwsOwned, AwsOwnedAccounts, load_aws_owned
from scanner.catalog.issuer import KnownIssuer, PublishedIssuer
from scanner.catalog.terraform import Written, load_terraform, written_in
from scanner.catalog.vendor import Category, KnownVendor, VendorCatalog, load_vendors
from scanner.catalog.weight_signal import ScoredName, WeightSignals, load_weight_signals

__all__ = [
    "AwsOwned",
    "AwsOwnedAccounts",
    "Category",
    "KnownIssuer",
    "KnownVendor",
    "PublishedIssuer",
    "ScoredName",
    "VendorCatalog",
    "WeightSignals",
    "Written",
    "load_aws_owned",
    "load_terraform",
    "load_vendors",
    "load_weight_signals",
    "written_in",
]
