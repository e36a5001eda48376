"""One thread where matrices are small: in libraries that are loaded late, and whoever else computes."""

import subprocess
import sys

import pytest

LATE = """
import numpy
from threadpoolctl import threadpool_info
from course.threads import one_thread
with one_thread():
    pass
import scipy.linalg, sklearn
with one_thread():
    print({each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"})
"""
AT_ONCE = """
import sys
from threading import Event, Thread
import numpy
from threadpoolctl import ThreadpoolController, threadpool_limits
from course.threads import one_thread
blas = ThreadpoolController().select(user_api="blas")
blas.limit(limits=3)
with threadpool_limits():
    pass

def counts():
    return {each["num_threads"] for each in blas.info()}

class Other(Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.begun, self.leave, self.left = Event(), Event(), Event()
        self.start()
        self.begun.wait()
    def run(self):
        with one_thread():
            self.begun.set()
            self.leave.wait()
        self.left.set()
        Event().wait()
    def end(self):
        self.leave.set()
        self.left.wait()

"""
FIRST_IN_FIRST_OUT = """
one, two = Other(), Other()
one.end()
print(counts())
two.end()
print(counts())
"""
BESIDE_THIS_ONE = """
with one_thread():
    other = Other()
print(counts())
other.end()
print(counts())
"""
FROM_WITHIN = """
other = Other()
with one_thread():
    other.end()
    try:
        with one_thread():
            raise KeyError
    except KeyError:
        print(counts())
print(counts())
"""
AS_THEY_LIKE = """
seen = set()
def work():
    for _ in range(200):
        with one_thread():
            seen.update(counts())
others = [Thread(target=work) for _ in range(4)]
for each in others:
    each.start()
for each in others:
    each.join()
print(seen)
print(counts())
"""


def printed(script: str) -> list[str]:
    """In a process of its own: another limit, held by a test, would be in the way."""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return found.stdout.split()


def test_it_holds_for_a_library_that_is_loaded_after_the_first_use() -> None:
    assert printed(LATE) == ["{1}"]


@pytest.mark.parametrize(
    "how",
    [FIRST_IN_FIRST_OUT, BESIDE_THIS_ONE, FROM_WITHIN, AS_THEY_LIKE],
    ids=["first in, first out", "beside this one", "from within", "as they like"],
)
def test_threads_that_overlap_compute_on_one_and_leave_as_many_as_there_were(how: str) -> None:
    assert printed(AT_ONCE + how) == ["{1}", "{3}"]
