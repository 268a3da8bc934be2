import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from starlette.testclient import TestClient

from agent.api.bodies import BodyReader
from agent.api.problems import MachineRoute


def a_door(reader: BodyReader, work) -> FastAPI:
    router = APIRouter(route_class=MachineRoute)

    @router.post("/")
    def take(body: Annotated[bytes, Depends(reader)]) -> int:
        work()
        return len(body)

    made = FastAPI()
    made.include_router(router)
    return made


def test_what_is_more_than_may_wait_is_told_to_come_again_and_room_comes_back():
    inside, go_on = threading.Semaphore(0), threading.Event()

    def work() -> None:
        inside.release()
        go_on.wait(10)

    with TestClient(a_door(BodyReader(100, waiting=2), work)) as client, ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(client.post, "/", content=b"12") for _ in range(2)]
        assert all(inside.acquire(timeout=10) for _ in waiting)

        refused = client.post("/", content=b"12")
        go_on.set()

        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert [answer.result(10).json() for answer in waiting] == [2, 2]
        assert client.post("/", content=b"123").json() == 3


def test_few_are_at_work_at_a_time_and_the_others_get_their_turn():
    at_once, most, lock = [0], [0], threading.Lock()

    def work() -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        with lock:
            at_once[0] -= 1

    with TestClient(a_door(BodyReader(100, at_work=2), work)) as client, ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(client.post, "/", content=b"x") for _ in range(40)]

        assert {answer.result(10).status_code for answer in answers} == {200}
    assert most[0] <= 2


def test_an_accident_of_ours_is_said_with_a_reference_and_nothing_of_the_inside():
    def work() -> None:
        raise KeyError("secret inside")

    with TestClient(a_door(BodyReader(100), work)) as client:
        answer = client.post("/", content=b"x")

    assert answer.status_code == 500
    assert "Reference" in answer.json()["detail"]
    assert "secret" not in answer.text
