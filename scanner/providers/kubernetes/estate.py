"""The clusters of one snapshot, with their objects, rights, assets and ways in, and the seam."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from scanner.model import Principal
from scanner.providers.kubernetes.assets import Assets
from scanner.providers.kubernetes.cluster import read_cluster
from scanner.providers.kubernetes.hops import HOPS
from scanner.providers.kubernetes.kserve import KIND, predictors
from scanner.providers.kubernetes.network import Network
from scanner.providers.kubernetes.network.selectorless import unfollowed
from scanner.providers.kubernetes.objects import at, by_cluster, object_id
from scanner.providers.kubernetes.rights import Rights, dangerous
from scanner.providers.kubernetes.subjects import Subjects, describe_outside
from scanner.providers.kubernetes.workloads import read_workloads
from scanner.snapshot import DocumentId, Gap
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.model import Hop, Resource
    from scanner.providers.kubernetes.objects import Objects
    from scanner.snapshot import Snapshot

_SUBJECT: Final = " sub="
_UNFOLLOWED: Final = {
    "networking.istio.io": "what the mesh routes",
    "security.istio.io": "what the mesh asks of callers",
    "cilium.io": "what Cilium's own policies let in",
    "crd.projectcalico.org": "what Calico's own policies let in",
    "projectcalico.org": "what Calico's own policies let in",
    "policy.networking.k8s.io": "what policies of administrators let in",
    "serving.kserve.io": "how KServe serves",
    "ray.io": "how Ray serves",
    "traefik.io": "what Traefik's own routes open",
    "gateway.envoyproxy.io": "what Envoy Gateway asks of callers",
    "serving.knative.dev": "how Knative opens services",
}
"""API groups whose objects decide who reaches a server, and are not followed."""
_SERVING: Final = {"serving.kserve.io", "ray.io", "serving.knative.dev"}
"""Those of them that run servers: they matter where nothing else serves."""
_FOLLOWED: Final = {("serving.kserve.io", KIND)}


class View:
    """One cluster, indexed."""

    def __init__(self, objects: Objects, config: Config) -> None:
        self.objects = objects
        self.cluster = read_cluster(objects)
        self.workloads = tuple(sorted((*read_workloads(objects), *predictors(objects)), key=lambda w: w.id))
        self.assets = Assets(objects, self.workloads)
        self.subjects = Subjects(objects, self.cluster, config)
        for workload in self.workloads:
            self.subjects.account_node(workload.namespace, workload.service_account)
        self.rights = Rights(objects, self.subjects)
        self.network = Network(objects, self.cluster, self.assets)
        self.namespaces = objects.namespaces()
        self._accounts = {
            object_id(self.cluster.name, namespace, "ServiceAccount", name): (namespace, name)
            for namespace, name in self.subjects.accounts
        }

    def account(self, node: str) -> tuple[str, str] | None:
        """Return the namespace and name of the service account that a node stands for."""
        return self._accounts.get(node)


class KubernetesEstate:
    """See `scanner.providers.base.Estate`. The views are public to `hops`, which read them."""

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        self.config = config
        self.views = tuple(View(objects, config) for objects in by_cluster(snapshot).values())
        self._applications = {
            str(document.body.get("appId", "")).lower(): f"/servicePrincipals/{document.id.key}"
            for document in snapshot.all("azure", "graph", "servicePrincipals")
            if isinstance(document.body, dict)
        }
        self._answered = {
            str(at(document.body, "/cluster/identity/oidc/issuer") or "").rstrip("/")
            for document in snapshot.all("aws", "eks", "DescribeCluster")
        }
        self._principals = {
            id_: principal for view in self.views for id_, principal in view.subjects.principals.items()
        }

    def is_decided(self, view: View, subject: str) -> bool:
        """Tell whether the clouds' own policies say what a service account's token is good for.

        They name subjects of the cluster's issuer, which are nodes that are followed when the configuration
        claims them; but for a cluster that AWS answered for, whose node stands for all its subjects.
        """
        issuer = view.cluster.issuer.rstrip("/")
        claimed = (entry.partition(_SUBJECT) for entry in self.config.ours.oidc)
        return issuer not in {"", *self._answered} and any(
            owner.rstrip("/") == issuer and matches(glob, subject) for owner, _, glob in claimed
        )

    def azure_principal(self, client: str) -> str:
        """Return the node of an application: its service principal's where the tenant was read."""
        return self._applications.get(client.lower(), f"app:{client}") if client else ""

    def facts(self) -> Iterator[Principal | Resource]:
        """Yield service accounts, whoever role bindings mean, and resources that may be assets."""
        yield from (self._principals[id_] for id_ in sorted(self._principals))
        for view in self.views:
            yield from (view.assets.resources[id_] for id_ in sorted(view.assets.resources))

    def hops_into(self, node: str) -> Iterator[Hop]:
        """Yield every hop whose target is `node`, family by family."""
        yield from chain.from_iterable(into(self, node) for into in HOPS)

    def describe(self, node: str) -> Principal | Resource | None:
        """Return what is known of a node: a principal, a resource, whoever runs pods, somebody outside."""
        if node in self._principals:
            return self._principals[node]
        for view in self.views:
            if node in view.assets.resources:
                return view.assets.resources[node]
            namespace = "" if node == view.cluster.node else view.cluster.namespace_of(node)
            if namespace is not None:
                name = f"{view.cluster.name}, namespace {namespace}" if namespace else view.cluster.name
                return Principal(node, "cluster", "kubernetes", view.cluster.name, name, ours=True)
        return describe_outside(node)

    def coverage(self) -> Iterator[Gap]:
        """Yield what was read but is not followed, and names that nobody can tell whose they are."""
        for view in self.views:
            named = {group for group, _ in view.objects.kinds() - _FOLLOWED}
            for group in sorted(named & _UNFOLLOWED.keys()):
                if view.assets.served or group in _SERVING:
                    yield Gap(_about(view, group, "*"), "not-implemented", _UNFOLLOWED[group])
            for service, why in unfollowed(view.objects) if view.assets.served else ():
                yield Gap(service.document.id, "not-implemented", why, "understated")
            powerful = dangerous(view.rights, view.namespaces)
            names = sorted(view.subjects.principals[s].name for s in view.subjects.strangers & powerful)
            if names and view.assets.resources:
                detail = f"who authenticates as {', '.join(names[:20])} is not known; taken for ours"
                yield Gap(
                    _about(view, "authentication.k8s.io", "users"), "not-collected", detail, "understated"
                )
            yield from view.subjects.gaps


def _about(view: View, group: str, field: str) -> DocumentId:
    return DocumentId("kubernetes", view.cluster.name, "", group, field)
