"""What `gatehouse doctor` says about a language model."""

from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.probe import probe
from tests.builders_llm import CLASSIFICATION, Shelf, fails, holds, serving


def test_a_good_server_is_described():
    shelf = Shelf({"old": "kept"})
    with serving(holds(CLASSIFICATION, "function_calling")) as server:
        state = probe(Endpoint(base_url=server.url, model="scripted-1", timeout=10), shelf)

    assert (state.reachable, state.served, state.answered_as) == (True, True, "scripted-1")
    assert (state.method, state.dropped, state.problem) == ("function_calling", (), "")
    assert "function_calling" in shelf[f"llm-dialect:{server.url}|scripted-1"]


def test_a_better_way_is_found_although_a_worse_one_is_remembered():
    with serving(holds(CLASSIFICATION, "json_schema", "prompt")) as server:
        shelf = Shelf({f"llm-dialect:{server.url}|scripted-1": '{"rung": "prompt", "dropped": []}'})
        state = probe(Endpoint(base_url=server.url, model="scripted-1", timeout=10), shelf)

    assert state.method == "json_schema"


def test_a_model_that_the_server_does_not_list_is_said():
    with serving(lambda _: fails(404, "no such model")) as server:
        state = probe(Endpoint(base_url=server.url, model="gpt-nine", timeout=10))

    assert (state.reachable, state.served) == (True, False)
    assert "gpt-nine" in state.problem
    assert "GATEHOUSE_LLM_MODEL" in state.remedy


def test_a_server_that_lists_nothing_may_still_serve():
    with serving(holds(CLASSIFICATION, "json_schema")) as server:
        server.models = []
        state = probe(Endpoint(base_url=server.url, model="scripted-1", timeout=10))

    assert (state.reachable, state.served, state.problem) == (True, None, "")


def test_a_server_that_is_not_there_is_said():
    with serving(holds(CLASSIFICATION)) as server:
        gone = server.url
    state = probe(Endpoint(base_url=gone, model="scripted-1", max_retries=0))

    assert not state.reachable
    assert "GATEHOUSE_LLM_BASE_URL" in state.remedy


def test_an_address_that_cannot_be_right_is_said():
    state = probe(Endpoint(base_url="model", model="m"))

    assert "GATEHOUSE_LLM_BASE_URL" in state.problem
