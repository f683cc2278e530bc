"""The thresholds of the controller, without AWS."""

import importlib
import json
import sys
import types
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))


@pytest.fixture
def controller(monkeypatch):
    """The module with a query that answers what a test says, and a list of what was published."""
    rows, published, asked = {}, [], []

    def query(QueryString):
        asked.append(QueryString)
        zone = int(QueryString.split("'%")[1][0])
        if rows.get(zone) is None:
            raise exceptions.ClientError("no table")
        return {"Rows": [{"Data": [{"ScalarValue": str(value)}]} for value in rows[zone]]}

    def publish(topic, qos, payload):
        published.append((topic, qos, json.loads(payload)))

    clients = {"timestream-query": types.SimpleNamespace(query=query), "iot-data": types.SimpleNamespace(publish=publish)}
    boto3, exceptions = types.ModuleType("boto3"), types.ModuleType("botocore.exceptions")
    boto3.client = clients.__getitem__
    exceptions.ClientError = type("ClientError", (Exception,), {})
    monkeypatch.setitem(sys.modules, "boto3", boto3)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", exceptions)
    sys.modules.pop("ac_control_lambda", None)
    module = importlib.import_module("ac_control_lambda")
    run = lambda event={}: module.lambda_handler(event, None)
    yield types.SimpleNamespace(rows=rows, published=published, asked=asked, run=run)
    del sys.modules["ac_control_lambda"]


def told(zone, enabled):
    return (f"AC/AC-{zone}", 1, {"state": {"enabled": enabled}})


@pytest.mark.parametrize(
    "values, expected",
    [([35.01], True), ([35], None), ([20], None), ([19.99], False), ([], None), (None, None), ([30, 44], True)],
)
def test_only_beyond_a_threshold_something_is_said(controller, values, expected):
    controller.rows[1] = values
    controller.run()
    assert controller.published == ([] if expected is None else [told(1, expected)])


def test_zones_do_not_know_of_each_other(controller):
    controller.rows.update({1: [36], 2: [10]})
    assert controller.run() == {1: 36, 2: 10}
    assert controller.published == [told(1, True), told(2, False)]
    controller.published.clear()
    controller.rows[1] = None
    assert controller.run() == {1: None, 2: 10}
    assert controller.published == [told(2, False)]


def test_it_looks_back_over_a_minute_unless_the_event_says_otherwise(controller):
    controller.run({"source": "aws.events"})
    controller.run({"window": "1000ms"})
    assert ["ago(1m)" in sql for sql in controller.asked] == [True, True, False, False]
    assert all("ago(1000ms)" in sql for sql in controller.asked[2:])
