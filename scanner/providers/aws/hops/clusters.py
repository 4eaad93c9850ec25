"""Hops into Kubernetes clusters of ours, and from them into the roles of their pods.

Whoever may create pods in a namespace chooses their service account, and with it takes the roles of all
service accounts there. Sources: Amazon EKS User Guide, "IAM roles for service accounts", "Pod Identity"
(https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.model import Hop
from scanner.providers.aws.access.resources import glob_pattern, meet
from scanner.providers.aws.arn import account_of
from scanner.providers.aws.hops import session_tags
from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.outsiders import Caller, issuer_of
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.kubernetes import Cluster

_PODS = "pods.eks.amazonaws.com"
_FOREIGN = "foreign-identity-policy"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a cluster or one of its namespaces, or into a role of pods; none for another node."""
    found = estate.clusters.at(node)
    if found is not None:
        yield from _entering(estate, node, *found)
        return
    role = estate.identities.get(node)
    if role is not None and role.trust is not None and not role.is_copy:
        for cluster in estate.clusters:
            yield from _by_token(estate, cluster, role)
            yield from _by_association(estate, cluster, role)


def from_outside(estate: AwsEstate) -> Iterator[Hop]:
    """Yield the hops into clusters whose source is an outside principal."""
    for cluster in estate.clusters:
        for node, namespace in cluster.nodes():
            for hop in _by_entry(estate, node, cluster, namespace):
                if estate.identities.get(hop.source) is None:
                    yield hop


def _entering(estate: AwsEstate, node: str, cluster: Cluster, namespace: str) -> Iterator[Hop]:
    yield from _by_entry(estate, node, cluster, namespace)
    if namespace or not cluster.by_entries:
        return
    first = Question("eks:CreateAccessEntry", cluster.arn, cluster.account)
    entries = f"arn:aws:eks:{cluster.region}:{cluster.account}:access-entry/{cluster.name}/*"
    for identity, said in estate.oracle.insiders(first):
        if said.is_denied or identity.account != cluster.account:
            continue
        associating = may(estate, identity, "eks:AssociateAccessPolicy", entries)
        if not associating.is_denied:
            for hop in estate.steps.hops("enter-cluster", identity.node, node, (said, associating)):
                yield msgspec.structs.replace(hop, guards=tuple(sorted({*hop.guards, *cluster.guards})))


def _by_entry(estate: AwsEstate, node: str, cluster: Cluster, namespace: str) -> Iterator[Hop]:
    for entry in cluster.entries if cluster.by_entries else ():
        if entry.namespace != namespace:
            continue
        ours = [identity.node for identity in estate.identities.with_arn(entry.principal)]
        foreign = not ours and not estate.organization.is_ours(account_of(entry.principal))
        for source in ours or ([entry.principal] if foreign else []):
            yield Hop(
                node,
                source,
                "enter-cluster",
                cluster.guards,
                certainty="possible" if entry.groups else "proven",
                evidence=(entry.evidence,),
                missing=tuple(f"what Kubernetes lets {group} do in {cluster.arn}" for group in entry.groups),
                assumed=(_FOREIGN,) if foreign else (),
            )


def _by_token(estate: AwsEstate, cluster: Cluster, role: Identity) -> Iterator[Hop]:
    """Yield hops by the token of a service account, which the pod gets as a file."""
    key = f"{cluster.issuer.removeprefix('https://').lower()}:sub"
    question = Question("sts:AssumeRoleWithWebIdentity", role.arn, role.account, role.trust)
    for caller, answer in estate.oracle.outsiders(question):
        if answer.is_denied or issuer_of(caller.principal) != cluster.issuer:
            continue
        for node, namespace in cluster.nodes():
            for hop in estate.steps.hops("assume-web-identity", node, role.arn, (answer,)):
                subjects = [g for g in hop.guards if g.key.lower() == key and g.op in {"in", "like"}]
                if all(any(_names(value, namespace) for value in g.values) for g in subjects):
                    rest = tuple(g for g in hop.guards if g not in subjects)
                    yield msgspec.structs.replace(hop, guards=rest)


def _names(subject: str, namespace: str) -> bool:
    """Tell whether a subject may be a service account of the namespace, or of any for ``""``."""
    return meet(glob_pattern(subject), glob_pattern(f"system:serviceaccount:{namespace or '*'}:*"))


def _by_association(estate: AwsEstate, cluster: Cluster, role: Identity) -> Iterator[Hop]:
    """Yield hops by Pod Identity, with the tags that it gives each session unless they are switched off."""
    for association in cluster.pod_roles:
        if association.role != role.arn:
            continue
        tags = {
            "eks-cluster-arn": cluster.arn,
            "eks-cluster-name": cluster.name,
            "kubernetes-namespace": association.namespace,
            "kubernetes-service-account": association.service_account,
        }
        context: dict[str, tuple[str, ...]] = {
            "aws:sourceaccount": (cluster.account,),
            "aws:sourcearn": (cluster.arn,),
        }
        for tag, value in tags.items():
            context[f"aws:requesttag/{tag}"] = (value,) if association.tags else ()
        actions = ("sts:AssumeRole", session_tags.TAGS) if association.tags else ("sts:AssumeRole",)
        asked = (Question(a, role.arn, role.account, role.trust, context=context) for a in actions)
        answers = tuple(estate.oracle.admit(Caller(_PODS, _PODS), question) for question in asked)
        for node, namespace in cluster.nodes():
            if namespace in {"", association.namespace}:
                yield from estate.steps.hops(
                    "run-code", node, role.arn, answers, evidence=(association.evidence,)
                )
