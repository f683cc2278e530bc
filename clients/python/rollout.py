"""A job on a hundred devices of the SDK, in real time. Run by hand, as it takes twelve minutes:

    target/clients/python/bin/python clients/python/rollout.py

Ten devices a minute are told. Three always fail, and are given a second try; two vanish in the middle
of it, and time out. The job must end by itself, with every execution accounted for.
"""

import json
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from awscrt import mqtt_request_response
from awsiot import ServiceStreamOptions, iotjobs

from aws_client import iot
from server import PATIENCE, Server, allow_all
from test_sdk_v2 import Client5

DEVICES, FAILING, VANISHING, PER_MINUTE = 100, 3, 2, 10


class Worker:
    """A device that works on its jobs, as AWS's sample does."""

    def __init__(self, server, bundle, outcome):
        self.name, self.outcome, self.tries = bundle.name, outcome, 0
        self.connection = Client5(server, bundle)
        self.connection.enter()
        options = mqtt_request_response.ClientOptions(
            max_request_response_subscriptions=4,
            max_streaming_subscriptions=2,
            operation_timeout_in_seconds=PATIENCE,
        )
        self.jobs = iotjobs.IotJobsClientV2(self.connection.client, options)
        self.stream = self.jobs.create_next_job_execution_changed_stream(
            iotjobs.NextJobExecutionChangedSubscriptionRequest(thing_name=self.name),
            ServiceStreamOptions(incoming_event_listener=self.on_next),
        )
        self.stream.open()

    def on_next(self, event):
        if event.execution is not None and event.execution.status == "QUEUED":
            threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        self.tries += 1
        request = iotjobs.StartNextPendingJobExecutionRequest(thing_name=self.name)
        started = self.jobs.start_next_pending_job_execution(request).result(PATIENCE).execution
        if self.outcome == "VANISH":
            self.connection.client.stop()
            return
        update = iotjobs.UpdateJobExecutionRequest(
            thing_name=self.name,
            job_id=started.job_id,
            status=self.outcome,
            expected_version=started.version_number,
        )
        self.jobs.update_job_execution(update).result(PATIENCE)


def main():
    home = Path(tempfile.mkdtemp())
    server = Server(home).start()
    client = iot(server)
    names = [f"device-{number:03}" for number in range(DEVICES)]
    outcomes = ["FAILED"] * FAILING + ["VANISH"] * VANISHING
    outcomes += ["SUCCEEDED"] * (DEVICES - len(outcomes))
    shared = server.device("shared", allow_all())
    workers = []
    for name, outcome in zip(names, outcomes):
        client.create_thing(thingName=name)
        shared.name = name
        workers.append(Worker(server, shared, outcome))
    began = time.monotonic()
    client.create_job(
        jobId="update",
        targets=[client.describe_thing(thingName=name)["thingArn"] for name in names],
        document=json.dumps({"operation": "update"}),
        jobExecutionsRolloutConfig={"maximumPerMinute": PER_MINUTE},
        timeoutConfig={"inProgressTimeoutInMinutes": 1},
        jobExecutionsRetryConfig={"criteriaList": [{"failureType": "FAILED", "numberOfRetries": 1}]},
    )
    shown = None
    while True:
        job = client.describe_job(jobId="update")["job"]
        counts = job["jobProcessDetails"].items()
        details = {key: value for key, value in counts if value and key != "processingTargets"}
        if details != shown:
            shown = details
            print(f"{time.monotonic() - began:6.1f} s  {job['status']}  {details}", flush=True)
        if job["status"] == "COMPLETED":
            break
        time.sleep(0.5)
    pages = client.get_paginator("list_job_executions_for_job").paginate(jobId="update")
    found = Counter(
        one["jobExecutionSummary"]["status"] for page in pages for one in page["executionSummaries"]
    )
    print(dict(found), "tries:", Counter(worker.tries for worker in workers))
    assert found == {
        "SUCCEEDED": DEVICES - FAILING - VANISHING,
        "FAILED": FAILING,
        "TIMED_OUT": VANISHING,
    }, found
    assert [worker.tries for worker in workers[:FAILING]] == [2] * FAILING
    server.close()


if __name__ == "__main__":
    main()
