"""What a user says of the code beside the code itself."""

from __future__ import annotations

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """Options of a scan of code.

    `account` is where what code makes will live when the code does not say it, 12 digits or empty;
    `accounts` are the organisation's own; `projects` and `organizations` those of Google Cloud. `var_files`
    are paths relative to the scanned tree, later ones win.
    `seconds` is what one worker may take. `cluster` is the Kubernetes cluster that manifests are for, as a
    kubeconfig calls it. `checkov`: it is asked for its findings too, by its own policies and those in the
    directory `policies`.
    """

    account: str = ""
    accounts: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    region: str = ""
    var_files: tuple[str, ...] = ()
    workspace: str = "default"
    seconds: int = 120
    cluster: str = ""
    checkov: bool = False
    policies: str = ""

    @property
    def home_account(self) -> str:
        """The account when code names none: the one given, or the only one of ours; or empty."""
        return self.account or (self.accounts[0] if len(self.accounts) == 1 else "")
