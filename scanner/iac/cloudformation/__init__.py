"""CloudFormation, SAM and what `cdk synth` writes, read into the documents that AWS will answer with.

A template is data: nothing in it runs. `template` finds its parts, `intrinsics` works out what its functions
come to, `names` what resources will be called, and `services` says which document each of them makes.
"""

from __future__ import annotations

from scanner.iac.cloudformation.reading import read

__all__ = ["read"]
