"""What the API takes away is gone at once: from connections, wills and retained messages."""

import json

import pytest

from aws_client import iot
from mqtt_client import V5, Client, plain, secure
from server import allow_all, arn, policy, statement


def narrow(name):
    """Everything but what lies below the name's secret."""
    return json.dumps(
        policy(
            statement("Allow", "iot:*", "*"),
            statement("Deny", ["iot:Receive", "iot:Publish"], arn(f"topic/{name}/secret")),
        )
    )


def with_will(server, bundle, topic):
    client = Client(V5, bundle.name, will=(topic, "gone")).over_tls(bundle)
    client.enter(server.mqtts_port)
    return client


ENDINGS = {
    "deactivated": lambda aws, bundle: aws.update_certificate(
        certificateId=bundle.certificate_id, newStatus="INACTIVE"
    ),
    "revoked": lambda aws, bundle: aws.update_certificate(
        certificateId=bundle.certificate_id, newStatus="REVOKED"
    ),
    "policy detached": lambda aws, bundle: aws.detach_policy(
        policyName=bundle.policy, target=arn(f"cert/{bundle.certificate_id}")
    ),
    "policy replaced": lambda aws, bundle: aws.create_policy_version(
        policyName=bundle.policy,
        policyDocument=json.dumps(policy(statement("Allow", "iot:Connect", arn("client/none")))),
        setAsDefault=True,
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_connection_ends_and_its_will_is_not_published(server, name, ending):
    watcher = plain(server, V5, f"{name}-watcher".replace(" ", "-"))
    topic = name.replace(" ", "-")
    watcher.subscribe(f"{topic}/#", 1)
    bundle = server.device(topic.replace("[", "-").replace("]", "-"), allow_all())
    device = with_will(server, bundle, f"{topic}/will")
    ENDINGS[ending](iot(server), bundle)
    assert device.ends.one() == "Not authorized"
    watcher.publish(f"{topic}/after", "after", 1)
    assert [message.payload for message in watcher.messages.take(1)] == [b"after"]
    assert watcher.messages.is_empty()
    device.paho.loop_stop()
    watcher.leave()


def test_a_narrower_policy_narrows_the_connection_that_is_there(server, name):
    aws, bundle = iot(server), server.device(name, allow_all())
    tool = plain(server, V5, f"{name}-tool")
    device = secure(server, V5, bundle)
    device.subscribe(f"{name}/#", 1)
    tool.publish(f"{name}/secret", "before", 1)
    assert device.messages.one().payload == b"before"
    aws.create_policy_version(
        policyName=bundle.policy, policyDocument=narrow(name), setAsDefault=True
    )
    tool.publish(f"{name}/secret", "never", 1)
    tool.publish(f"{name}/open", "still", 1)
    assert device.messages.one().payload == b"still"
    assert device.publish(f"{name}/secret", "never", 1) == "Not authorized"
    device.leave()
    tool.leave()


def test_a_retained_message_is_not_for_who_may_no_longer_receive_it(server, name):
    aws, bundle = iot(server), server.device(name, allow_all())
    tool = plain(server, V5, f"{name}-tool")
    for topic in ("secret", "open"):
        tool.publish(f"{name}/{topic}", topic, 1, retain=True)
    device = secure(server, V5, bundle)
    aws.create_policy_version(
        policyName=bundle.policy, policyDocument=narrow(name), setAsDefault=True
    )
    device.subscribe(f"{name}/#", 1)
    assert device.messages.one().payload == b"open"
    assert device.messages.is_empty()
    device.leave()
    tool.leave()


def test_a_thing_that_leaves_its_group_loses_what_the_group_may(server, name):
    aws, bundle = iot(server), server.device(name)
    group, extra = f"{name}-group", f"{name}-extra"
    aws.create_thing_group(thingGroupName=group)
    document = policy(statement("Allow", "iot:Publish", arn(f"topic/{name}-extra/*")))
    aws.create_policy(policyName=extra, policyDocument=json.dumps(document))
    aws.attach_policy(policyName=extra, target=arn(f"thinggroup/{group}"))
    aws.add_thing_to_thing_group(thingGroupName=group, thingName=name)
    device = secure(server, V5, bundle)
    assert device.publish(f"{extra}/a", "1", 1) in ("Success", "No matching subscribers")
    aws.remove_thing_from_thing_group(thingGroupName=group, thingName=name)
    assert device.publish(f"{extra}/a", "2", 1) == "Not authorized"
    device.leave()
