"""The page for developers: what was sent to people, what waits in queues, time and trouble on request."""

import json
from pathlib import Path
from typing import Any

import urllib3
from pydantic import AwareDatetime, BaseModel, Field
from werkzeug import Request, Response
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect

from infra.local import names, seed
from infra.local.clock import GoesBackward, LocalClock
from infra.local.invoke import Switch, cut_power
from infra.local.place import Place
from infra.local.queues import Queue, depth, redrive
from infra.local.schedules import Schedule
from infra.local.triggers import Triggers
from kit import clock as kit_clock

_PAGE = Path(__file__).parent / "pages" / "dev.html"
_PARKED = "UnpublishedDeadLetters"
_SHOWN_MESSAGES = 100


class _Instant(BaseModel):
    instant: AwareDatetime = Field(default_factory=kit_clock.now)


class Dev:
    """Everything below `/dev`."""

    def __init__(self, place: Place, clock: LocalClock, switch: Switch, triggers: Triggers, sqs: Any) -> None:
        self._place, self._clock, self._switch, self._triggers, self._sqs = (
            place,
            clock,
            switch,
            triggers,
            sqs,
        )
        self._routes = Map(
            [
                Rule("/dev", methods=["GET"], endpoint=self._page),
                Rule("/dev/state", methods=["GET"], endpoint=self._state),
                Rule("/dev/messages", methods=["GET"], endpoint=self._messages),
                Rule("/dev/payments", methods=["GET"], endpoint=self._payments),
                Rule("/dev/cashier", methods=["GET"], endpoint=self._cashier),
                Rule("/dev/quiet", methods=["GET"], endpoint=self._quiet),
                Rule("/dev/clock", methods=["PUT"], endpoint=self._set_clock),
                Rule("/dev/schedules/<function>/runs", methods=["POST"], endpoint=self._run),
                Rule("/dev/queues/<function>/redrive", methods=["POST"], endpoint=self._redrive),
                Rule("/dev/payments/<number>/payment", methods=["POST"], endpoint=self._pay),
                Rule("/dev/power-cut", methods=["POST"], endpoint=self._cut_power),
                Rule("/dev/functions/<function>/power-cut", methods=["POST"], endpoint=self._doom),
            ]
        )

    def answer(self, request: Request) -> Response:
        """Answer one request; raises HTTPException for what is not here."""
        if request.method != "GET":
            request.get_json()  # only pages of this origin can send JSON without asking first
        endpoint, arguments = self._routes.bind_to_environ(request.environ).match()
        response: Response = endpoint(request, **arguments)
        return response

    def _page(self, request: Request) -> Response:
        return Response(_PAGE.read_text(encoding="utf-8"), content_type="text/html; charset=utf-8")

    def _state(self, request: Request) -> Response:
        now = self._clock.now()
        parked = depth(self._sqs, names.queue_url(_PARKED))["waiting"]
        return _json(
            {
                "now": kit_clock.to_text(now),
                "ahead_seconds": int(self._clock.offset.total_seconds()),
                "accounts": seed.accounts(self._place),
                "queues": [self._queue(queue) for queue in self._triggers.queues],
                "parked_changes": parked,
                "schedules": [self._schedule(schedule) for schedule in self._triggers.scheduler.plan],
                "functions": self._switch.names(),
            }
        )

    def _queue(self, queue: Queue) -> dict[str, Any]:
        dead = depth(self._sqs, queue.dead_letters)["waiting"] if queue.dead_letters else 0
        return {"function": queue.function, **queue.depth(), "dead": dead}

    def _schedule(self, schedule: Schedule) -> dict[str, str]:
        last = self._triggers.scheduler.last(schedule, self._clock.now())
        return {
            "function": schedule.function,
            "expression": schedule.expression,
            "last": kit_clock.to_text(last),
            "next": kit_clock.to_text(schedule.next(last)),
        }

    def _messages(self, request: Request) -> Response:
        url = next(iter(self._providers().values()), None)
        items = _ask("GET", f"{url}/_control/outbox")["items"] if url else []
        return _json({"items": items[::-1][:_SHOWN_MESSAGES]})

    def _payments(self, request: Request) -> Response:
        url = self._providers().get("wechat_pay")
        return _json(_ask("GET", f"{url}/_control/payments") if url else {"items": []})

    def _cashier(self, request: Request) -> Response:
        """Where the shop's pages in a browser send what `wx.requestPayment` takes in the mini-program."""
        url = self._providers().get("wechat_pay")
        if url is None:
            raise NotFound
        return redirect(f"{url}/cashier?{request.query_string.decode()}")

    def _pay(self, request: Request, number: str) -> Response:
        url = self._providers()["wechat_pay"]
        return _json(_ask("POST", f"{url}/_control/payments/{number}/payment", {"outcome": "success"}))

    def _quiet(self, request: Request) -> Response:
        quiet = self._triggers.wait_until_quiet(float(request.args.get("seconds", "30")))
        return _json({"quiet": quiet}, 200 if quiet else 503)

    def _set_clock(self, request: Request) -> Response:
        try:
            self._clock.set(_Instant.model_validate(request.get_json()).instant)
        except GoesBackward:
            return _json({"message": "时间只能向前拨"}, 409)
        return _json({"now": kit_clock.to_text(self._clock.now())})

    def _run(self, request: Request, function: str) -> Response:
        if function not in {schedule.function for schedule in self._triggers.scheduler.plan}:
            raise NotFound
        instant = _Instant.model_validate(request.get_json()).instant
        return _json({"succeeded": self._triggers.scheduler.run(function, instant)})

    def _redrive(self, request: Request, function: str) -> Response:
        queue = next((queue for queue in self._triggers.queues if queue.function == function), None)
        if queue is None or queue.dead_letters is None:
            raise NotFound
        return _json({"moved": redrive(self._sqs, queue.dead_letters, queue.url)})

    def _cut_power(self, request: Request) -> Response:
        cut_power()
        return _json({})

    def _doom(self, request: Request, function: str) -> Response:
        if function not in self._switch.names():
            raise NotFound
        self._switch.doom(function)
        return _json({"function": function})

    def _providers(self) -> dict[str, str]:
        file = self._place.provider_addresses
        return json.loads(file.read_text()) if file.exists() else {}


def _ask(method: str, url: str, body: Any = None) -> Any:
    answer = urllib3.request(method, url, json=body, timeout=5, retries=False)
    return json.loads(answer.data)


def _json(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), status, content_type="application/json")
