import subprocess
import sys

SCRIPT = """
import gc
kept = [[] for _ in range(1000)]
from app.kernel.garbage import YOUNG, settle
settle()
assert gc.get_freeze_count() > 1000
assert gc.get_threshold()[0] == YOUNG
assert not any(o is kept for o in gc.get_objects()), "looked at although it lives for good"
loop = []
loop.append(loop)
del loop
assert gc.collect() >= 1, "what is made later and let go is still collected"
print("settled")
"""


def test_what_lives_when_a_process_is_ready_is_not_looked_at_again_and_the_rest_is_collected():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stdout == "settled\n", done.stderr
