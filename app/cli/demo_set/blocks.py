"""Doors and sanitary ware drawn once as blocks, in millimetres of the real world, and inserted many times."""

from functools import lru_cache

from app.cli.demo_set.canvas import Primitive, View


@lru_cache(maxsize=64)
def block_primitives(name: str) -> tuple[Primitive, ...]:
    """What a block holds, from its name: `门-单-1000`, `门-双-1500`, `蹲便器`, `洗手盆`, `小便器`, `课桌`.

    Raises KeyError for a name that is none of these.
    """
    held: list[Primitive] = []
    v = View(held.append)
    kind, _, size = name.partition("-")
    if kind == "门":
        leaves, _, width = size.partition("-")
        _door(v, float(width), double=leaves == "双")
        return tuple(held)
    {"蹲便器": _squat, "洗手盆": _basin, "小便器": _urinal, "课桌": _desk}[kind](v)
    return tuple(held)


def _door(v: View, width: float, *, double: bool) -> None:
    """Hinge at the origin, the opening along +x, the leaf swings to +y."""
    leaf = width / 2 if double else width
    v.rect(0, 0, 40, leaf, "门窗", 0.25)
    v.arc(0, 0, leaf, "门窗", 0, 90, weight=0.13)
    if double:
        v.rect(width - 40, 0, 40, leaf, "门窗", 0.25)
        v.arc(width, 0, leaf, "门窗", 90, 180, weight=0.13)


def _squat(v: View) -> None:
    v.arc(0, 280, 160, "设备", 0, 180, weight=0.18)
    v.path(((-160, 280), (-160, -120), (-90, -190), (90, -190), (160, -120), (160, 280)), "设备", weight=0.18)
    v.arc(0, 300, 55, "设备", weight=0.13)


def _basin(v: View) -> None:
    v.rect(-280, -230, 560, 460, "设备", 0.18)
    v.arc(0, -20, 170, "设备", weight=0.13)
    v.arc(0, 150, 30, "设备", weight=0.13)


def _urinal(v: View) -> None:
    v.path(((-160, 0), (-160, -180), (0, -330), (160, -180), (160, 0)), "设备", weight=0.18, closed=True)
    v.arc(0, -160, 70, "设备", weight=0.13)


def _desk(v: View) -> None:
    v.rect(-300, -200, 600, 400, "家具")
    v.rect(-200, -430, 400, 200, "家具")
