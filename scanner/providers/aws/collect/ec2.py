"""Which regions an account has enabled; asked first, when the user names none.

| document | key | body |
|---|---|---|
| ``DescribeRegions`` | - | ``Regions`` that are enabled: ``RegionName``, ``OptInStatus`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

# Without AllRegions only regions that are enabled for the account are listed, see "DescribeRegions":
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html (read 2026-11)
TABLE: Final = Service(
    name="ec2", scope="global", rows=(Row(operation="DescribeRegions", effect="understated"),)
)
