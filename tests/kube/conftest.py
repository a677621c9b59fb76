import pytest
from kube_samples import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
