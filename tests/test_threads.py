"""One thread where matrices are small, also in libraries that are loaded late."""

import subprocess
import sys

SCRIPT = """
import numpy
from threadpoolctl import threadpool_info
from course.threads import one_thread
with one_thread():
    pass
import scipy.linalg, sklearn
with one_thread():
    print({each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"})
"""


def test_it_holds_for_a_library_that_is_loaded_after_the_first_use() -> None:
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "{1}"
