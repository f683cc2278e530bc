"""Jobs: boto3 makes them, the SDKs' jobs clients and plain HTTPS do them."""

import json
import ssl
import time
import urllib.error
import urllib.request

import pytest
from awscrt import mqtt, mqtt_request_response
from awsiot import ServiceStreamOptions, V2ServiceException, iotjobs
from AWSIoTPythonSDK.MQTTLib import AWSIoTMQTTThingJobsClient
from AWSIoTPythonSDK.core.jobs.thingJobManager import jobExecutionTopicReplyType as Reply
from AWSIoTPythonSDK.core.jobs.thingJobManager import jobExecutionTopicType as About

from aws_client import iot, refused
from mqtt_client import V3, V5, plain, secure
from server import PATIENCE, Inbox, arn
from test_sdk_v2 import AT_LEAST_ONCE, Client5, Connection

DOCUMENT = json.dumps({"operation": "reboot", "delay": 5})


def things(client, name, count) -> list[str]:
    names = [f"{name}-{number}" for number in range(count)]
    return [client.create_thing(thingName=thing)["thingArn"] for thing in names]


def create(client, job, targets, **options) -> dict:
    return client.create_job(jobId=job, targets=targets, document=DOCUMENT, **options)


def details(client, job) -> dict:
    counts = client.describe_job(jobId=job)["job"]["jobProcessDetails"]
    return {name.removeprefix("numberOf").removesuffix("Things"): count
            for name, count in counts.items() if name.startswith("numberOf") and count}


def until(ask, wanted):
    """Asks until the answer is this: the driver follows a change in its own time."""
    deadline = time.monotonic() + PATIENCE
    while (answer := ask()) != wanted:
        assert time.monotonic() < deadline, answer
        time.sleep(0.01)


def status(client, job) -> str:
    return client.describe_job(jobId=job)["job"]["status"]


# === administrators ===


def test_a_job_is_described_as_it_was_made(server, name):
    client = iot(server)
    [target] = things(client, name, 1)
    settings = {
        "description": "a job",
        "targetSelection": "SNAPSHOT",
        "presignedUrlConfig": {"roleArn": "arn:aws:iam::000000000000:role/r", "expiresInSec": 600},
        "jobExecutionsRolloutConfig": {
            "maximumPerMinute": 50,
            "exponentialRate": {
                "baseRatePerMinute": 10,
                "incrementFactor": 1.5,
                "rateIncreaseCriteria": {"numberOfSucceededThings": 5},
            },
        },
        "abortConfig": {
            "criteriaList": [
                {
                    "failureType": "FAILED",
                    "action": "CANCEL",
                    "thresholdPercentage": 10.5,
                    "minNumberOfExecutedThings": 3,
                }
            ]
        },
        "timeoutConfig": {"inProgressTimeoutInMinutes": 60},
        "jobExecutionsRetryConfig": {
            "criteriaList": [{"failureType": "ALL", "numberOfRetries": 2}]
        },
    }
    made = create(client, name, [target], tags=[{"Key": "a", "Value": "b"}], **settings)
    assert (made["jobArn"], made["jobId"]) == (arn(f"job/{name}"), name)
    job = client.describe_job(jobId=name)["job"]
    assert {field: job[field] for field in settings} == settings
    assert (job["targets"], job["status"]) == ([target], "IN_PROGRESS")
    assert json.loads(client.get_job_document(jobId=name)["document"]) == json.loads(DOCUMENT)
    tags = client.list_tags_for_resource(resourceArn=made["jobArn"])["tags"]
    assert tags == [{"Key": "a", "Value": "b"}]
    with refused("ResourceAlreadyExistsException", 409):
        create(client, name, [target])
    five = {"inProgressTimeoutInMinutes": 5}
    client.update_job(jobId=name, description="another", timeoutConfig=five)
    job = client.describe_job(jobId=name)["job"]
    assert job["description"] == "another"
    assert job["timeoutConfig"] == five
    assert job["abortConfig"] == settings["abortConfig"]


def test_what_is_not_kept_is_refused_by_name(server, name):
    client = iot(server)
    [target] = things(client, name, 1)
    link = '{"url": "${aws:iot:s3-presigned-url:https://s3.amazonaws.com/b/k}"}'
    version = "arn:aws:iot:us-east-1:000000000000:package/p/version/v"
    soon = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 60))
    too_fast = {"maximumPerMinute": 1001}
    window = {"maintenanceWindows": [{"startTime": "cron(0 0 * * ? *)", "durationInMinutes": 9}]}
    for text, options in [
        ("documentSource", {"documentSource": "https://s3.amazonaws.com/b/k"}),
        ("s3-presigned-url", {"document": link}),
        ("document", {}),
        ("no JSON", {"document": "reboot"}),
        ("namespaceId", {"document": "{}", "namespaceId": "n"}),
        ("documentParameters", {"document": "{}", "documentParameters": {"a": "b"}}),
        ("destinationPackageVersions", {"document": "{}", "destinationPackageVersions": [version]}),
        ("maintenanceWindows", {"document": "{}", "schedulingConfig": window}),
        ("startTime", {"document": "{}", "schedulingConfig": {"startTime": soon}}),
        ("startTime", {"document": "{}", "schedulingConfig": {"startTime": "soon"}}),
        ("maximumPerMinute", {"document": "{}", "jobExecutionsRolloutConfig": too_fast}),
    ]:
        with refused("InvalidRequestException", 400, text):
            client.create_job(jobId=name, targets=[target], **options)
    with refused("InvalidRequestException", 400, "cert"):
        create(client, name, [arn("cert/abc")])
    with refused("ResourceNotFoundException", 404, "nobody"):
        create(client, name, [arn("thing/nobody")])
    with refused("ResourceNotFoundException", 404):
        client.describe_job(jobId=name)


def test_a_scheduled_job_waits(server, name):
    client = iot(server)
    [target] = things(client, name, 1)
    times = [time.gmtime(time.time() + hours * 3600) for hours in (1, 3)]
    at = [time.strftime("%Y-%m-%dT%H:%M", one) for one in times]
    schedule = {"startTime": at[0], "endTime": at[1], "endBehavior": "FORCE_CANCEL"}
    create(client, name, [target], schedulingConfig=schedule)
    job = client.describe_job(jobId=name)["job"]
    assert (job["status"], job["schedulingConfig"]) == ("SCHEDULED", schedule)
    shown = server.run("jobs", "show", name).stdout
    assert f"{name}  SCHEDULED: nobody was told" in shown
    client.cancel_job(jobId=name, reasonCode="NO_LONGER", comment="we changed our minds")
    job = client.describe_job(jobId=name)["job"]
    assert (job["status"], job["reasonCode"]) == ("CANCELED", "NO_LONGER")


def test_executions_are_listed_canceled_and_deleted(server, name):
    client = iot(server)
    targets = things(client, name, 5)
    create(client, name, targets)
    until(lambda: details(client, name), {"Queued": 5})
    pages = client.get_paginator("list_job_executions_for_job")
    pages = list(pages.paginate(jobId=name, PaginationConfig={"PageSize": 2}))
    listed = [one["thingArn"] for page in pages for one in page["executionSummaries"]]
    assert (listed, len(pages)) == (targets, 3)
    thing = f"{name}-0"
    with refused("InvalidStateTransitionException", 409, "force"):
        client.delete_job_execution(jobId=name, thingName=thing, executionNumber=1)
    with refused("VersionConflictException", 409):
        client.cancel_job_execution(jobId=name, thingName=thing, expectedVersion=7)
    client.cancel_job_execution(
        jobId=name, thingName=thing, expectedVersion=1, statusDetails={"why": "because"}
    )
    execution = client.describe_job_execution(jobId=name, thingName=thing)["execution"]
    assert (execution["status"], execution["versionNumber"]) == ("CANCELED", 2)
    assert execution["statusDetails"] == {"detailsMap": {"why": "because"}}
    with refused("InvalidStateTransitionException", 409):
        client.cancel_job_execution(jobId=name, thingName=thing)
    one = client.list_job_executions_for_thing(thingName=thing, status="CANCELED")
    [summary] = one["executionSummaries"]
    assert (summary["jobId"], summary["jobExecutionSummary"]["retryAttempt"]) == (name, 0)
    client.delete_job_execution(jobId=name, thingName=thing, executionNumber=1)
    with refused("ResourceNotFoundException", 404):
        client.describe_job_execution(jobId=name, thingName=thing)
    until(lambda: details(client, name), {"Queued": 4})
    with refused("InvalidStateTransitionException", 409, "force"):
        client.delete_job(jobId=name)
    client.delete_job(jobId=name, force=True)
    until(lambda: name in [job["jobId"] for job in client.list_jobs()["jobs"]], False)
    with refused("ResourceNotFoundException", 404):
        client.list_job_executions_for_job(jobId=name)


def test_jobs_are_listed_by_status_and_group(server, name):
    client = iot(server)
    targets = things(client, name, 1)
    group = client.create_thing_group(thingGroupName=name)["thingGroupArn"]
    ids = [f"{name}-{number}" for number in range(4)]
    for job in ids:
        create(client, job, [group] if job == ids[3] else targets)
    client.cancel_job(jobId=ids[0])

    def listed(**options):
        pages = client.get_paginator("list_jobs")
        pages = pages.paginate(PaginationConfig={"PageSize": 2}, **options)
        return [job["jobId"] for page in pages for job in page["jobs"] if job["jobId"] in ids]

    assert listed() == ids
    assert listed(status="CANCELED") == ids[:1]
    assert listed(targetSelection="CONTINUOUS") == []
    assert listed(thingGroupName=name) == ids[3:]


def test_templates(server, name):
    client = iot(server)
    [target] = things(client, name, 1)
    timeout = {"inProgressTimeoutInMinutes": 7}
    made = client.create_job_template(
        jobTemplateId=name, description="a template", document=DOCUMENT, timeoutConfig=timeout
    )
    assert made["jobTemplateArn"] == arn(f"jobtemplate/{name}")
    with refused("ConflictException", 409):
        client.create_job_template(jobTemplateId=name, description="again", document=DOCUMENT)
    template = client.describe_job_template(jobTemplateId=name)
    assert (template["document"], template["timeoutConfig"]) == (DOCUMENT, timeout)
    client.create_job(jobId=name, targets=[target], jobTemplateArn=made["jobTemplateArn"])
    job = client.describe_job(jobId=name)["job"]
    assert (job["timeoutConfig"], job["jobTemplateArn"]) == (timeout, made["jobTemplateArn"])
    copy = f"{name}-copy"
    client.create_job_template(jobTemplateId=copy, description="a copy", jobArn=job["jobArn"])
    listed = [one["jobTemplateId"] for one in client.list_job_templates()["jobTemplates"]]
    assert {name, copy} <= set(listed)
    client.delete_job_template(jobTemplateId=copy)
    with refused("ResourceNotFoundException", 404):
        client.describe_job_template(jobTemplateId=copy)
    assert client.list_managed_job_templates()["managedJobTemplates"] == []


def test_a_continuous_job_follows_its_group(server, name):
    client = iot(server)
    things(client, name, 2)
    group = client.create_thing_group(thingGroupName=name)["thingGroupArn"]
    create(client, name, [group], targetSelection="CONTINUOUS")
    first, second = f"{name}-0", f"{name}-1"
    client.add_thing_to_thing_group(thingGroupName=name, thingName=first)
    until(lambda: details(client, name), {"Queued": 1})
    client.remove_thing_from_thing_group(thingGroupName=name, thingName=first)
    until(lambda: details(client, name), {"Removed": 1})
    create(client, f"{name}-once", [group])
    with refused("InvalidRequestException", 400, "continuous"):
        client.associate_targets_with_job(jobId=f"{name}-once", targets=[group])
    client.associate_targets_with_job(jobId=name, targets=[arn(f"thing/{second}")])
    until(lambda: details(client, name), {"Queued": 1, "Removed": 1})


# === devices ===


def test_sdk_v2_as_its_sample_does_it(server, name):
    client, device = iot(server), Connection(server, server.device(name))
    device.enter()
    jobs = iotjobs.IotJobsClient(device.connection)
    nexts, accepted, rejected, updated = Inbox(), Inbox(), Inbox(), Inbox()
    execution = iotjobs.StartNextPendingJobExecutionSubscriptionRequest(thing_name=name)
    update = iotjobs.UpdateJobExecutionSubscriptionRequest(thing_name=name, job_id=name)
    for future, _ in [
        jobs.subscribe_to_next_job_execution_changed_events(
            iotjobs.NextJobExecutionChangedSubscriptionRequest(thing_name=name),
            AT_LEAST_ONCE,
            nexts.put,
        ),
        jobs.subscribe_to_start_next_pending_job_execution_accepted(
            execution, AT_LEAST_ONCE, accepted.put
        ),
        jobs.subscribe_to_start_next_pending_job_execution_rejected(
            execution, AT_LEAST_ONCE, rejected.put
        ),
        jobs.subscribe_to_update_job_execution_accepted(update, AT_LEAST_ONCE, updated.put),
        jobs.subscribe_to_update_job_execution_rejected(update, AT_LEAST_ONCE, rejected.put),
    ]:
        future.result(PATIENCE)
    start = iotjobs.StartNextPendingJobExecutionRequest(thing_name=name)
    jobs.publish_start_next_pending_job_execution(start, AT_LEAST_ONCE).result(PATIENCE)
    assert accepted.one().execution is None
    create(client, name, [arn(f"thing/{name}")], timeoutConfig={"inProgressTimeoutInMinutes": 5})
    assert nexts.one().execution.job_id == name
    jobs.publish_start_next_pending_job_execution(start, AT_LEAST_ONCE).result(PATIENCE)
    started = accepted.one().execution
    assert (started.status, started.job_document) == ("IN_PROGRESS", json.loads(DOCUMENT))
    assert (started.execution_number, started.version_number) == (1, 2)
    done = iotjobs.UpdateJobExecutionRequest(
        thing_name=name, job_id=name, status=iotjobs.JobStatus.SUCCEEDED,
        expected_version=started.version_number, status_details={"it": "works"},
    )
    jobs.publish_update_job_execution(done, AT_LEAST_ONCE).result(PATIENCE)
    updated.one()
    assert nexts.one().execution is None
    jobs.publish_update_job_execution(done, AT_LEAST_ONCE).result(PATIENCE)
    error = rejected.one()
    assert error.code == iotjobs.RejectedErrorCode.VERSION_MISMATCH
    assert error.execution_state.status == "SUCCEEDED"
    until(lambda: status(client, name), "COMPLETED")
    assert details(client, name) == {"Succeeded": 1}
    device.leave()


def test_sdk_v2_second_client(server, name):
    client, device = iot(server), Client5(server, server.device(name))
    device.enter()
    options = mqtt_request_response.ClientOptions(
        max_request_response_subscriptions=4,
        max_streaming_subscriptions=2,
        operation_timeout_in_seconds=PATIENCE,
    )
    jobs = iotjobs.IotJobsClientV2(device.client, options)
    lists, ready = Inbox(), Inbox()
    stream = jobs.create_job_executions_changed_stream(
        iotjobs.JobExecutionsChangedSubscriptionRequest(thing_name=name),
        ServiceStreamOptions(
            incoming_event_listener=lists.put, subscription_status_listener=ready.put
        ),
    )
    stream.open()
    ready.one()
    create(client, name, [arn(f"thing/{name}")])
    assert [summary.job_id for summary in lists.one().jobs["QUEUED"]] == [name]
    asked = iotjobs.GetPendingJobExecutionsRequest(thing_name=name)
    pending = jobs.get_pending_job_executions(asked).result(PATIENCE)
    assert [one.job_id for one in pending.queued_jobs] == [name]
    asked = iotjobs.DescribeJobExecutionRequest(thing_name=name, job_id="$next")
    described = jobs.describe_job_execution(asked).result(PATIENCE).execution
    assert (described.job_id, described.job_document) == (name, json.loads(DOCUMENT))
    wrong = iotjobs.DescribeJobExecutionRequest(thing_name=name, job_id="nothing")
    with pytest.raises(V2ServiceException) as info:
        jobs.describe_job_execution(wrong).result(PATIENCE)
    assert info.value.modeled_error.code == iotjobs.RejectedErrorCode.RESOURCE_NOT_FOUND
    failed = iotjobs.UpdateJobExecutionRequest(
        thing_name=name, job_id=name, status=iotjobs.JobStatus.FAILED,
        include_job_execution_state=True,
    )
    answer = jobs.update_job_execution(failed).result(PATIENCE)
    assert answer.execution_state.status == "FAILED"
    until(lambda: details(client, name), {"Failed": 1})
    device.leave()


def test_sdk_v1(server, name):
    client, bundle = iot(server), server.device(name)
    device = AWSIoTMQTTThingJobsClient(name, name, QoS=1)
    device.configureEndpoint("localhost", server.mqtts_port)
    device.configureCredentials(bundle.root, bundle.key, bundle.certificate)
    assert device.connect()
    nexts, answers = Inbox(), Inbox()
    inbox = lambda box: lambda _c, _u, message: box.put(json.loads(message.payload))
    assert device.createJobSubscription(inbox(nexts), About.JOB_NOTIFY_NEXT_TOPIC)
    accepted = Reply.JOB_ACCEPTED_REPLY_TYPE
    assert device.createJobSubscription(inbox(answers), About.JOB_START_NEXT_TOPIC, accepted)
    create(client, name, [arn(f"thing/{name}")])
    assert nexts.one()["execution"]["jobId"] == name
    assert device.sendJobsStartNext({"step": "one"})
    assert answers.one()["execution"]["statusDetails"] == {"step": "one"}
    until(lambda: details(client, name), {"InProgress": 1})
    device.disconnect()


def test_answers_come_without_a_subscription_and_to_nobody_else(server, name):
    client = iot(server)
    device = secure(server, V3, server.device(name))
    spy = plain(server, V5, f"{name}-spy")
    spy.subscribe(f"$aws/things/{name}/jobs/#", 1)
    device.publish(f"$aws/things/{name}/jobs/$next/get", '{"clientToken": "t"}', 1)
    answer = device.messages.one()
    assert answer.topic == f"$aws/things/{name}/jobs/$next/get/accepted"
    assert json.loads(answer.payload)["clientToken"] == "t"
    create(client, name, [arn(f"thing/{name}")])
    seen = [message.topic for message in spy.messages.take(2)]
    assert seen == [f"$aws/things/{name}/jobs/{end}" for end in ("$next/get", "notify")]
    device.leave()
    spy.leave()


def test_events(server, name):
    client = iot(server)
    client.update_event_configurations(
        eventConfigurations={"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}
    )
    spy = plain(server, V5, f"{name}-spy")
    spy.subscribe(f"$aws/events/job/{name}/#", 1)
    spy.subscribe(f"$aws/events/jobExecution/{name}/#", 1)
    [target] = things(client, name, 1)
    create(client, name, [target])
    until(lambda: details(client, name), {"Queued": 1})
    data = iot(server, service="iot-jobs-data")
    data.update_job_execution(jobId=name, thingName=f"{name}-0", status="REJECTED")
    topics = [message.topic for message in spy.messages.take(2)]
    assert topics == [
        f"$aws/events/jobExecution/{name}/rejected", f"$aws/events/job/{name}/completed"
    ]
    spy.leave()


def test_jobs_data_with_a_key(server, name):
    client, data = iot(server), iot(server, service="iot-jobs-data")
    [target] = things(client, name, 1)
    thing = f"{name}-0"
    assert "execution" not in data.start_next_pending_job_execution(thingName=thing)
    create(client, name, [target], timeoutConfig={"inProgressTimeoutInMinutes": 5})

    def queued():
        pending = data.get_pending_job_executions(thingName=thing)
        return [job["jobId"] for job in pending["queuedJobs"]]

    until(queued, [name])
    execution = data.describe_job_execution(jobId="$next", thingName=thing)["execution"]
    assert (execution["status"], execution["jobDocument"]) == ("QUEUED", DOCUMENT)
    started = data.start_next_pending_job_execution(thingName=thing, stepTimeoutInMinutes=2)
    assert 110 < started["execution"]["approximateSecondsBeforeTimedOut"] <= 120
    shown = server.run("jobs", "show", name).stdout
    assert f"{thing}  IN_PROGRESS: waits for the device to report, until 20" in shown
    [waiting] = server.ask("jobs", "show", name)["waiting"]
    assert waiting["thingName"] == thing
    with refused("VersionConflictException", 409):
        data.update_job_execution(jobId=name, thingName=thing, status="FAILED", expectedVersion=9)
    answer = data.update_job_execution(
        jobId=name, thingName=thing, status="SUCCEEDED", includeJobExecutionState=True,
        includeJobDocument=True, statusDetails={"a": "b"},
    )
    state = {"status": "SUCCEEDED", "statusDetails": {"a": "b"}, "versionNumber": 3}
    assert (answer["executionState"], answer["jobDocument"]) == (state, DOCUMENT)
    with refused("InvalidStateTransitionException", 409):
        data.update_job_execution(jobId=name, thingName=thing, status="FAILED")
    with refused("TerminalStateException", 410):
        data.describe_job_execution(jobId=name, thingName=thing)
    with refused("ResourceNotFoundException", 404):
        data.get_pending_job_executions(thingName="nobody")
    until(lambda: status(client, name), "COMPLETED")
    assert f"{name}  COMPLETED: 1 SUCCEEDED" in server.run("jobs", "list").stdout


def test_jobs_data_with_a_certificate(server, name):
    client, bundle = iot(server), server.device(name, {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["iot:GetPendingJobExecutions", "iot:StartNextPendingJobExecution"],
            "Resource": arn(f"thing/{name}"),
        }],
    })
    context = ssl.create_default_context(cafile=bundle.root)
    context.load_cert_chain(bundle.certificate, bundle.key)

    def ask(method, path, body=None):
        url = f"https://localhost:{server.https_port}/things/{path}"
        request = urllib.request.Request(url, data=body, method=method)
        with urllib.request.urlopen(request, context=context, timeout=PATIENCE) as answer:
            return json.load(answer)

    create(client, name, [arn(f"thing/{name}")])
    until(lambda: [job["jobId"] for job in ask("GET", f"{name}/jobs")["queuedJobs"]], [name])
    started = ask("PUT", f"{name}/jobs/$next", b"{}")["execution"]
    assert (started["jobId"], started["status"]) == (name, "IN_PROGRESS")
    with pytest.raises(urllib.error.HTTPError) as info:
        ask("POST", f"{name}/jobs/{name}", b'{"status": "SUCCEEDED"}')
    assert info.value.code == 403


def test_a_rollout_goes_on_after_a_kill(own_server, name):
    server, count = own_server, 400
    client = iot(server)
    targets = things(client, name, count)
    for part in range(4):
        create(client, f"{name}-{part}", targets[part * 100:][:100])
    server.restart()
    client, data = iot(server), iot(server, service="iot-jobs-data")
    for part in range(4):
        until(lambda: details(client, f"{name}-{part}"), {"Queued": 100})
    for number in range(0, 10):
        data.start_next_pending_job_execution(thingName=f"{name}-{number}")
    server.restart()
    client = iot(server)
    until(lambda: details(client, f"{name}-0"), {"Queued": 90, "InProgress": 10})
