import pytest
from azlab_testing import Azlab

@pytest.fixture(scope="session")   # one simulator for each worker of pytest-xdist
def worker_azure():
    with Azlab("--scenario", "typical") as azure:
        azure.enter()              # this process is its client: environment, proxy, time.sleep
        yield azure

@pytest.fixture
def azure(worker_azure):
    worker_azure.reset()
    return worker_azure
