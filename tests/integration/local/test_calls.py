"""An app is called in tests with the events it would get from API Gateway."""

import pytest

from kit.api import VISITOR, Answer, Api, Body, Call, Door, View
from tests.kit.http import NotRouted, call


class Greet(Body):
    name: str


class Greeting(View):
    text: str


class Wanted(Body):
    tag: list[str]


def _app() -> Api:
    app = Api("greetings")

    @app.endpoint("POST", "/greetings/{language}", access=VISITOR, body=Greet, answer=Greeting, status=201)
    def greet(call: Call, language: str) -> Greeting:
        return Greeting(text=f"{call.body.name} {language} {call.ip}")

    @app.endpoint("GET", "/greetings", access=VISITOR, query=Wanted, answer=Greeting)
    def greetings(call: Call) -> Answer:
        return Answer(Greeting(text=str(call.query.tag)), headers={"X-Times": "2"})

    return app


def test_path_parameters_bodies_and_status_travel_both_ways() -> None:
    answer = call(_app(), "POST", "/greetings/zh", {"name": "王"}, source_ip="10.1.2.3")
    assert (answer.status, answer.json) == (201, {"text": "王 zh 10.1.2.3"})
    assert answer.headers["content-type"] == "application/json"


def test_a_query_may_repeat_a_name() -> None:
    answer = call(_app(), "GET", "/greetings?tag=a", query={"tag": ["b", "c"]})
    assert answer.json == {"text": "['a', 'b', 'c']"}
    assert answer.headers["x-times"] == "2"


def test_the_gateway_passes_on_only_what_it_knows() -> None:
    with pytest.raises(NotRouted):
        call(_app(), "DELETE", "/greetings")
    with pytest.raises(NotRouted):
        call(_app(), "GET", "/greeting")


def test_the_back_office_resolves_its_paths_itself() -> None:
    app, door = Api("admin"), Door("greetings")

    @door.endpoint("GET", "/greetings/{language}", access=VISITOR, answer=Greeting)
    def greeting(call: Call, language: str) -> Greeting:
        return Greeting(text=language)

    app.register_blueprint(door, url_prefix="/admin")
    assert call(app, "GET", "/admin/greetings/zh").json == {"text": "zh"}
    assert call(app, "GET", "/admin/unknown").status == 404
