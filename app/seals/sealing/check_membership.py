"""Does a sealed sheet belong to a sealed set? ``python check_membership.py PROOF.json SHEET.pdf ROOT``

Stands alone: Python's own library, nothing of OneSet. ROOT is what the sealed manifest names (64 hexadecimal digits);
check the seal on the manifest with any PDF reader. Ends with 0 when the sheet belongs to the set, else with 1.
"""

import hashlib
import json
import sys
from pathlib import Path


def check(proof: dict, sheet: bytes, root: str) -> str:  # type: ignore[type-arg]  # the file stands alone
    """What is wrong, in Chinese and English; empty when nothing is. RFC 9162, 2.1.3.2."""
    row, position, size = proof["row"], int(proof["position"]), int(proof["size"])
    if hashlib.sha256(sheet).hexdigest() != row["sha256"]:
        return "图纸文件与证明中的 SHA-256 不符 / the sheet is not the one of this proof (SHA-256)"
    if "sm3" in hashlib.algorithms_available and hashlib.new("sm3", sheet).hexdigest() != row["sm3"]:
        return "图纸文件与证明中的 SM3 不符 / the sheet is not the one of this proof (SM3)"
    names = ("document", "number", "title", "revision", "sha256", "sm3")
    fields = [str(position).encode(), *(row[name].encode() for name in names)]
    leaf = b"oneset-sealed-row-1\n" + b"".join(b"%d:%s," % (len(one), one) for one in fields)
    digest, index, last = hashlib.sha256(b"\x00" + leaf).digest(), position - 1, size - 1
    for sibling in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return "证明过长 / the proof is too long"
        if index % 2 == 1 or index == last:
            digest = hashlib.sha256(b"\x01" + sibling + digest).digest()
            while index % 2 == 0 and index != 0:
                index, last = index >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\x01" + digest + sibling).digest()
        index, last = index >> 1, last >> 1
    if last != 0 or digest.hex() != root.lower() or not 0 < position <= size:
        return "该图纸不在此根值之下 / the sheet is not in the set of this root"
    return ""


def main(arguments: list[str]) -> int:
    """Say it, and return the exit status."""
    if len(arguments) != 3:
        sys.stdout.write(f"{__doc__}\n")
        return 1
    try:
        proof = json.loads(Path(arguments[0]).read_text("utf-8"))
        wrong = check(proof, Path(arguments[1]).read_bytes(), arguments[2])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        wrong = f"无法读取 / cannot be read: {type(error).__name__} {error}"
    row = (
        ""
        if wrong
        else f"第 {proof['position']} 张，共 {proof['size']} 张 / {proof['position']} of {proof['size']}"
    )
    sys.stdout.buffer.write((f"否 NO: {wrong}\n" if wrong else f"是 YES: {row}\n").encode())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
