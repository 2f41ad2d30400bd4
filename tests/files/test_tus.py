"""The protocol of resumable uploads where two requests about one upload meet."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from app.files.tus import CHUNK_TYPE, Receipt, TusDesk, write_metadata
from app.kernel.ids import new_id
from storage import Staging, StoredObject, open_store

DATA = b"%PDF-1.7 all of it"


class Overtaken(Staging):
    """A staging area where another request does everything just before this one seals the upload."""

    overtake: Callable[[], object] | None = None

    def finish(self, upload_id: str) -> Path:
        """First the other one."""
        other, self.overtake = self.overtake, None
        if other is not None:
            other()
        return super().finish(upload_id)


def test_an_upload_that_another_request_finishes_meanwhile_is_acknowledged_to_both_as_one_file(
    tmp_path: Path,
) -> None:
    receipts: dict[str, Receipt] = {}

    def acknowledge(intake: str, name: str, stored: StoredObject, upload_id: str) -> str:
        receipts.setdefault(upload_id, Receipt(new_id(), stored.size, stored.sha256))
        return receipts[upload_id].file_id

    staging = Overtaken(tmp_path / "staging")
    desk = TusDesk(
        staging=staging,
        store=open_store(f"file://{tmp_path / 'store'}"),
        person_id="somebody",
        max_bytes=1_000,
        location="/uploads",
        authorise=lambda _: None,
        acknowledge=acknowledge,
        receipt=receipts.get,
    )
    tus = {"Tus-Resumable": "1.0.0"}
    about = {
        "Upload-Length": str(len(DATA)),
        "Upload-Metadata": write_metadata({"intake": new_id(), "filename": "a"}),
    }
    upload_id = desk.handle("POST", None, {**tus, **about}, []).headers["Location"].rsplit("/", 1)[-1]
    overtaking = []
    staging.overtake = lambda: overtaking.append(desk.handle("HEAD", upload_id, tus, []))
    chunk = {**tus, "Upload-Offset": "0", "Content-Type": CHUNK_TYPE}
    answer = desk.handle("PATCH", upload_id, chunk, [DATA])
    assert [(a.status, a.headers["X-OneSet-File"]) for a in overtaking] == [
        (200, receipts[upload_id].file_id)
    ]
    assert answer.status == 204
    assert answer.headers["X-OneSet-File"] == receipts[upload_id].file_id
    assert answer.headers["X-OneSet-SHA256"] == hashlib.sha256(DATA).hexdigest()
