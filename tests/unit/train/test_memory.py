import subprocess
import sys

from specnet.train.memory import keep_freed_memory

FAULTS = """
import resource, sys
import numpy as np
from specnet.train.memory import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(2_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

returned = faults()
assert keep_freed_memory()
faults()
print(faults() / returned)
"""


def test_a_block_that_was_freed_is_not_faulted_in_again() -> None:
    if sys.platform != "linux":  # only glibc can be told
        assert not keep_freed_memory()
        return
    share = subprocess.run([sys.executable, "-c", FAULTS], check=True, capture_output=True, text=True).stdout
    assert float(share) < 0.1
