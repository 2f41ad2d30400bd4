from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.packs import BadPack, PackIndex, pack


@given(st.dictionaries(st.text(max_size=12), st.binary(max_size=40), max_size=6))
def test_every_member_of_a_pack_is_found_again(members: dict[str, bytes]):
    data = pack(members)
    places = PackIndex.of(data).places
    assert {name: data[at : at + length] for name, (at, length) in places.items()} == members
    assert pack(dict(reversed(members.items()))) == data


@pytest.mark.parametrize("cut", [0, 4, 8, 15, 20])
def test_what_is_no_pack_or_cut_short_is_refused(tmp_path: Path, cut: int):
    data = pack({"thumb.webp": b"x" * 10})
    path = tmp_path / "p"
    for wrong in (data[:cut], b"X" + data[1:]):
        with pytest.raises(BadPack):
            PackIndex.of(wrong)
        path.write_bytes(wrong)
        with pytest.raises(BadPack):
            PackIndex.of_file(path)
