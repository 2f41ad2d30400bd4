"""Check a draw of OneSet with nothing but Python: python3 check_draw.py evidence.json"""

import hashlib
import json
import sys
from pathlib import Path


def sha(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def check(path: str) -> int:
    """Compute a draw again; 0 when the result is the one that was told."""
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    notice = told["announcement"]
    lines = [line.split(": ", 1) for line in notice.split("\n")[1:-1]]
    one = dict(lines)
    seed = f"OneSet draw seed, format 1\nannouncement: {sha(notice)}\npublic-value: {told['value']}\n"
    out = ["OneSet draw result, format 1", f"announcement: {sha(notice)}", f"public-value: {told['value']}"]
    for n, s in enumerate(told["contributions"], start=1):
        secret, person = s["secret"], s["person"]
        head = f"contribution: {n} {person} {s['commitment']} "
        if secret is None:
            out.append(head + "left-out -")
            continue
        said = f"announcement: {sha(notice)}\nperson: {person}\nsecret: {secret}\n"
        if sha("OneSet draw contribution, format 1\n" + said) != s["commitment"]:
            sys.exit(f"WRONG: contribution {n} is not what was committed to")
        seed += f"contribution: {n} {person} {secret}\n"
        out.append(head + f"revealed {secret}")
    seed = sha(seed)
    out.append(f"seed: {seed}")
    stop = {tuple(v.split(" ")[:2]): v.split(" ", 2)[2] for k, v in lines if k == "conflict"}
    ranked = sorted((sha(f"{seed}\nitem: {v}\n"), v) for k, v in lines if k == "item")
    for rank, (score, item) in enumerate(ranked[: int(one["take"])], start=1):
        kind, key, project = item.split(" ")
        out.append(f"drawn: {rank} {kind} {key} {score}")
        order = sorted(
            (sha(f"{seed}\nitem: {item}\ninspector: {v}\n"), v) for k, v in lines if k == "inspector"
        )
        chosen: list[str] = []
        passed: list[str] = []
        for _, person in order:
            if len(chosen) < int(one["inspectors-per-item"]):
                (passed if (person, project) in stop else chosen).append(person)
        out += [f"inspector: {rank} {p}" for p in chosen]
        out += [f"passed-over: {rank} {p} {stop[p, project]}" for p in passed]
    text = "".join(f"{line}\n" for line in out)
    same = text == told["result"]
    sys.stdout.write(text + ("RIGHT: the result follows\n" if same else "WRONG: the result is another\n"))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1]))
