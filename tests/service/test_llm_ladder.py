"""The way of asking is found out once per endpoint and model, and remembered."""

import json

import pytest

from agent.errors import ConfigurationError, ModelUnavailable
from tests.builders_llm import (
    CLASSIFICATION,
    Shelf,
    a_mail,
    an_exception,
    calls,
    fails,
    holds,
    reading,
    says,
    serving,
)


@pytest.mark.parametrize("way", ["json_schema", "json_object_with_schema", "json_object", "function_calling", "prompt"])
def test_a_server_that_can_do_one_way_only_is_asked_that_way(way: str):
    with serving(holds(CLASSIFICATION, way)) as server, reading(server.url) as reader:
        answered = reader.classify(an_exception())

    assert answered.answer.label == "supplier_delay"
    assert answered.provenance.method.split()[0] == way
    assert not answered.repaired


def test_the_way_is_found_once_and_then_asked_at_once():
    with serving(holds(CLASSIFICATION, "function_calling")) as server, reading(server.url) as reader:
        reader.classify(an_exception())
        server.asked.clear()
        reader.classify(an_exception("Another one."))

    assert server.ways == ["function_calling"]


def test_another_process_asks_at_once_too():
    shelf = Shelf()
    with (
        serving(holds(CLASSIFICATION, "json_object")) as server,
        reading(server.url, memory=shelf) as first,
        reading(server.url, memory=shelf) as second,
    ):
        first.classify(an_exception())
        server.asked.clear()
        second.classify(an_exception())

    assert server.ways == ["json_object"]


def test_a_memory_of_another_version_is_no_obstacle():
    with serving(holds(CLASSIFICATION, "json_schema")) as server:
        shelf = Shelf({f"llm-dialect:{server.url}|scripted-1": '{"rung": "telepathy"}'})
        with reading(server.url, memory=shelf) as reader:
            assert reader.classify(an_exception()).answer.label == "supplier_delay"


def test_a_server_that_answers_500_to_a_schema_is_asked_another_way():
    with (
        serving(holds(CLASSIFICATION, "json_object_with_schema", refusal=500)) as server,
        reading(server.url) as reader,
    ):
        answered = reader.classify(an_exception())

    assert answered.provenance.method.startswith("json_object_with_schema")
    assert server.ways == ["json_schema", "json_schema", "json_object_with_schema"]


def test_a_server_that_ignores_schemas_is_read_from_its_prose():
    prose = f"Sure! Here is the answer:\n```json\n{json.dumps(CLASSIFICATION, indent=1)}\n```\nAnything else?"
    with serving(lambda _: says(prose)) as server, reading(server.url) as reader:
        answered = reader.classify(an_exception())

    assert answered.answer.label == "supplier_delay"
    assert answered.output == prose


def test_a_server_that_ignores_tools_is_not_believed_to_call_them():
    def behave(asked):
        if asked.way.startswith("json"):
            return fails(400, "response_format is not supported")
        return says("I would call it a delay." if asked.way == "function_calling" else json.dumps(CLASSIFICATION))

    with serving(behave) as server, reading(server.url) as reader:
        assert reader.classify(an_exception()).provenance.method.startswith("prompt ")


def test_a_tool_call_with_broken_arguments_is_no_answer():
    def behave(asked):
        if asked.way == "function_calling":
            return calls("classification", '{"label": "supplier_delay", ')
        return says(json.dumps(CLASSIFICATION)) if asked.way == "prompt" else fails(400)

    with serving(behave) as server, reading(server.url) as reader:
        assert reader.classify(an_exception()).provenance.method.startswith("prompt ")


def test_a_server_that_was_exchanged_is_found_out_anew():
    with serving(holds(CLASSIFICATION, "json_schema")) as server, reading(server.url) as reader:
        reader.classify(an_exception())
        server.behave = holds(CLASSIFICATION, "function_calling")
        answered = reader.classify(an_exception())

    assert answered.provenance.method.startswith("function_calling ")


def test_a_server_that_lost_its_schemas_without_a_word_is_found_out_anew_after_three_answers():
    with serving(holds(CLASSIFICATION, "json_schema")) as server, reading(server.url) as reader:
        reader.classify(an_exception())
        server.behave = lambda asked: says(json.dumps(CLASSIFICATION) if asked.way == "prompt" else "It is a delay.")
        for _ in range(3):
            with pytest.raises(Exception, match="after one repair"):
                reader.classify(an_exception())

        assert reader.classify(an_exception()).provenance.method.startswith("prompt ")


def test_a_parameter_that_the_model_does_not_take_is_left_out_from_then_on():
    def behave(asked):
        if "max_tokens" in asked.body:
            return fails(400, "Use 'max_completion_tokens' instead.", param="max_tokens")
        if "temperature" in asked.body:
            return fails(400, "Unsupported value: 'temperature' does not support 0.0 with this model.")
        return says(json.dumps(CLASSIFICATION))

    with serving(behave) as server, reading(server.url) as reader:
        reader.classify(an_exception())
        server.asked.clear()
        answered = reader.classify(an_exception())

    assert len(server.asked) == 1
    assert server.asked[0].body["max_completion_tokens"] == 300
    assert answered.provenance.method.startswith("json_schema ")


def test_a_model_that_is_not_served_is_said_to_be_a_wrong_setting():
    with (
        serving(lambda _: fails(404, "The model does not exist")) as server,
        reading(server.url) as reader,
        pytest.raises(ConfigurationError, match="does not exist") as caught,
    ):
        reader.classify(an_exception())

    assert "GATEHOUSE_LLM_MODEL" in caught.value.next_step


def test_a_server_that_is_broken_on_every_rung_is_unavailable():
    with serving(lambda _: fails(500)) as server, reading(server.url) as reader, pytest.raises(ModelUnavailable):
        reader.classify(an_exception())


def test_one_mail_that_the_server_refuses_does_not_look_like_a_wrong_setting():
    with serving(holds(CLASSIFICATION, "json_schema")) as server, reading(server.url) as reader:
        reader.classify(an_exception())
        server.behave = lambda _: fails(400, "cannot be processed")
        with pytest.raises(Exception, match="refuses this request") as caught:
            reader.read_mail(a_mail())

    assert type(caught.value).__name__ == "ModelAnswerInvalid"


def test_the_schema_stands_in_the_prompt_only_where_the_server_does_not_hold_it():
    with serving(holds(CLASSIFICATION, "prompt")) as server, reading(server.url) as reader:
        reader.classify(an_exception())

    systems = {asked.way: asked.body["messages"][0]["content"] for asked in server.asked}
    assert '"label_percent"' in systems["prompt"]
    assert '"label_percent"' not in systems["json_schema"]
    assert systems["prompt"].startswith(systems["json_schema"])
