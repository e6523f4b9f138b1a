"""Durable runs on a real engine: what a step survives."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from esign_app import engine

pytestmark = pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
_lost: list[bool] = []


@engine.workflow("unlucky")
def unlucky(times: int) -> str:
    return lose_the_database(times)


@engine.step("lose_the_database")
def lose_the_database(times: int) -> str:
    """The database ends the connection of the first `times` tries."""
    with engine.transaction() as session:
        if len(_lost) < times:
            _lost.append(True)
            session.connection().execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))
        return "done"


@engine.workflow("faulty")
def faulty() -> None:
    break_down()


@engine.step("break_down")
def break_down() -> None:
    _lost.append(True)
    raise RuntimeError("a fault of ours")


@pytest.fixture
def running(engine_url: str) -> Iterator[None]:
    _lost.clear()
    engine.start_engine(tick=lambda: None)
    yield
    engine.stop_engine()


def result(workflow: str, *args: object) -> object:
    with engine.transaction() as session:
        engine.start(session, workflow, f"test-{workflow}", *args)
        session.commit()
    return engine.connect().client.retrieve_workflow(f"test-{workflow}").get_result()


@pytest.mark.usefixtures("running")
def test_a_step_that_loses_its_database_is_done_again() -> None:
    """What a drop starts is not lost because the database was away for a moment."""
    assert result("unlucky", 2) == "done"
    assert len(_lost) == 2


@pytest.mark.usefixtures("running")
def test_any_other_fault_is_one_at_once() -> None:
    with pytest.raises(Exception, match="a fault of ours"):
        result("faulty")
    assert len(_lost) == 1
