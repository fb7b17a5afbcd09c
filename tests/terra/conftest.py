from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "clients"))

from simulation import Simulator  # noqa: E402
from stage import Receiver, Stage  # noqa: E402

NUMBERS = count(1)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all tests: each has riders, references and projects of its own."""
    with Simulator() as simulator:
        simulator.control("strava/limits", {"overall": [100_000, 1_000_000], "read": [100_000, 1_000_000]})
        stage = Stage(tmp_path_factory.mktemp("stage"), simulator, Receiver())
        yield stage
        stage.stop()
        assert stage.receiver.forged == 0, "whatever came was signed"


@pytest.fixture
def reference() -> str:
    """The platform's own name for a user whom no other test has."""
    return f"user-{next(NUMBERS)}"
