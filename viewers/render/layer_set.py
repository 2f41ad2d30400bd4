"""Which layers of a page are shown, as a short text for an address: one bit per layer of the manifest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from viewers.render.manifest import Layer

MAX_LAYERS = 8_000
"""Layers of one page that can be switched: 1,334 characters of address."""
MAX_NAME = 200
"""Characters of a layer's name that a manifest keeps."""


def encode_layers(shown: Sequence[bool]) -> str:
    """The code of a set: bit ``i % 8`` of byte ``i // 8`` says whether layer ``i`` is shown; base64url, no padding."""
    packed = bytearray((len(shown) + 7) // 8)
    for index, is_shown in enumerate(shown):
        packed[index // 8] |= is_shown << index % 8
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_layers(code: str, layers: Sequence[Layer]) -> list[tuple[str, bool]]:
    """Name and state of each layer of a page; every set has exactly one code.

    Raises:
        ValueError: not a set of these layers.
    """
    if not layers or len(layers) > MAX_LAYERS:
        raise ValueError("no layers to switch")
    try:
        packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error as error:
        raise ValueError("not a set of layers") from error
    shown = [bool(byte >> bit & 1) for byte in packed for bit in range(8)][: len(layers)]
    if len(shown) != len(layers) or encode_layers(shown) != code:
        raise ValueError("not a set of these layers")
    return [(layer.name, is_shown) for layer, is_shown in zip(layers, shown, strict=True)]
