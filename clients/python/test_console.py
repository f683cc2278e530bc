"""The console's door: signing in, what a session may do, and what other pages may not."""

import http.client
import json
import re
import ssl
import time
import urllib.parse

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from aws_client import caller, client, refused
from mqtt_client import V5, Client
from server import PATIENCE

PASSWORD, OTHER = "Night-Shift-7", "Early-Shift-8"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def is_refused(self, status: int, code: str) -> bool:
        return (self.status, self.json["code"]) == (status, code)


class Browser:
    """As much of a browser as signs in: it keeps one cookie."""

    def __init__(self, server, host=None):
        self.server, self.cookie = server, None
        self.host = host or server.console_url.split("//")[1]

    def ask(self, method, path, body=None, *, marked=True, **headers) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("host", self.host)
        if self.cookie:
            headers["cookie"] = f"a=b; {self.cookie}"
        if marked and method != "GET":
            headers["x-thingstead-console"] = "1"
        address = self.server.console_url.split("//")[1]
        connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, headers)
        answer = Answer(connection.getresponse())
        connection.close()
        if cookie := answer.headers.get("set-cookie"):
            self.cookie = None if "Max-Age=0" in cookie else cookie.split(";")[0]
        return answer

    def sign_in(self, user, password, **more) -> Answer:
        return self.ask("POST", "/session", {"user": user, "password": password, **more})

    def follow(self, url: str) -> Answer:
        return self.ask("POST", "/session", {"link": url.split("#")[1]})

    def client(self, service: str):
        """A client of AWS's that goes to the console's own address, as the pages do."""
        made = self.ask("POST", "/session/credentials").json
        return boto3.client(
            service,
            endpoint_url=self.server.console_url,
            region_name=made["region"],
            aws_access_key_id=made["accessKeyId"],
            aws_secret_access_key=made["secretAccessKey"],
            aws_session_token=made["sessionToken"],
            config=Config(retries={"max_attempts": 1}),
        )


@pytest.fixture
def user(server, name):
    """A user with a password who may read everything."""
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=READ_ONLY)
    iam.create_login_profile(UserName=name, Password=PASSWORD)
    return name


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def owner(server):
    """A browser that followed a link."""
    browser = Browser(server)
    assert browser.follow(server.ask("console")["url"]).status == 200
    return browser


# === who signs in ===


def test_up_and_the_command_print_links_that_are_good_once(server, browser):
    first = re.search(r"http\S+/login#\S+", server.announced)[0]
    assert first.startswith(server.console_url)
    shown = server.ask("console")
    assert shown["expiresAt"] > time.time() * 1000
    for url in (first, shown["url"], server.run("console").stdout.strip()):
        answer = browser.follow(url)
        assert answer.status == 200 and answer.json["name"] == "root"
        assert answer.json["arn"] == "arn:aws:iam::000000000000:root"
        assert browser.follow(url).is_refused(401, "WrongLink")
    cookie = Browser(server).follow(server.ask("console")["url"]).headers["set-cookie"]
    assert {"Path=/", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))


def test_a_user_signs_in_reads_and_may_not_write(server, browser, user, name):
    things = client(server, "iot")
    things.create_thing(thingName=name)
    assert browser.ask("GET", "/session").is_refused(401, "NoSession")
    signed_in = browser.sign_in(user, PASSWORD)
    assert signed_in.status == 200, signed_in.body
    assert signed_in.json["name"] == user
    assert signed_in.json["arn"] == f"arn:aws:iam::000000000000:user/{user}"
    assert browser.ask("GET", "/session").json["name"] == user
    iot = browser.client("iot")
    assert iot.describe_thing(thingName=name)["thingName"] == name
    with refused("AccessDeniedException", 403):
        iot.create_thing(thingName=f"{name}-2")
    identity = browser.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::000000000000:user/{user}"
    # Credentials that end make nothing that lasts longer.
    with refused("AccessDenied", 403):
        browser.client("sts").get_session_token()
    answer = browser.ask("DELETE", "/session")
    assert answer.status == 204 and browser.cookie is None
    with refused("ExpiredTokenException", 403):
        iot.describe_thing(thingName=name)


def test_the_owner_works_on_users_through_the_console(owner, name):
    iam = owner.client("iam")
    iam.create_user(UserName=name)
    made = iam.create_login_profile(UserName=name, Password=PASSWORD, PasswordResetRequired=True)
    assert made["LoginProfile"]["PasswordResetRequired"]
    got = iam.get_login_profile(UserName=name)["LoginProfile"]
    assert got == made["LoginProfile"] and got["UserName"] == name
    with refused("EntityAlreadyExists", 409, f"Login Profile for user {name} already exists."):
        iam.create_login_profile(UserName=name, Password=PASSWORD)
    with refused("DeleteConflict", 409, "must delete login profile first"):
        iam.delete_user(UserName=name)
    with refused("PasswordPolicyViolation", 400):
        iam.update_login_profile(UserName=name, Password="weak")
    iam.update_login_profile(UserName=name, PasswordResetRequired=False)
    assert not iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"]
    iam.delete_login_profile(UserName=name)
    with refused("NoSuchEntity", 404, f"Login Profile for User {name} cannot be found."):
        iam.get_login_profile(UserName=name)
    iam.delete_user(UserName=name)
    with refused("InvalidUserType", 400):
        iam.change_password(OldPassword=PASSWORD, NewPassword=OTHER)


def test_a_link_of_a_user_and_none_of_a_role(server, browser, name):
    iam = client(server, "iam")
    iam.create_user(UserName=name)
    document = {"Statement": {"Effect": "Allow", "Action": "thingstead:*", "Resource": "*"}}
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    url = own(server, key, "CreateConsoleLink").json["url"]
    assert browser.follow(url).json["name"] == name
    lent = caller(server, "sts", key).get_session_token()["Credentials"]
    answer = own(server, lent, "CreateConsoleLink")
    assert answer.status == 400 and "temporary" in answer.json["message"]
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": trust})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    taken = client(server, "sts").assume_role(RoleArn=role, RoleSessionName="night")["Credentials"]
    assert own(server, taken, "CreateConsoleLink").status == 400


def own(server, key: dict, operation: str) -> Answer:
    """A call of our own service, signed with this key."""
    from botocore.auth import SigV4Auth

    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"], key.get("SessionToken"))
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"Thingstead.{operation}",
        "host": server.aws_url.split("//")[1],
    }
    request = AWSRequest("POST", server.aws_url + "/", data="{}", headers=headers)
    SigV4Auth(credentials, "thingstead", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection(headers["host"], timeout=PATIENCE)
    connection.request("POST", "/", "{}", dict(request.headers))
    return Answer(connection.getresponse())


def test_who_must_change_the_password_does_so(server, browser, user):
    client(server, "iam").update_login_profile(UserName=user, PasswordResetRequired=True)
    assert browser.sign_in(user, PASSWORD).is_refused(403, "PasswordChangeRequired")
    weak = browser.sign_in(user, PASSWORD, newPassword="weak")
    assert weak.is_refused(400, "PasswordPolicyViolation")
    assert browser.sign_in(user, PASSWORD, newPassword=OTHER).status == 200
    assert browser.sign_in(user, PASSWORD).is_refused(401, "WrongPassword")
    assert browser.sign_in(user, OTHER).status == 200


def test_a_change_of_the_password_ends_the_session(server, browser, user):
    iam = client(server, "iam")
    document = {"Statement": {"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": "*"}}
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(document))
    browser.sign_in(user, PASSWORD)
    mine = browser.client("iam")
    with refused("AccessDenied", 403, "The old password was incorrect."):
        mine.change_password(OldPassword=OTHER, NewPassword=OTHER)
    mine.change_password(OldPassword=PASSWORD, NewPassword=OTHER)
    assert browser.ask("GET", "/session").is_refused(401, "NoSession")
    with refused("ExpiredToken", 403):
        mine.get_user()
    assert browser.sign_in(user, OTHER).status == 200
    iam.delete_login_profile(UserName=user)
    assert browser.ask("GET", "/session").is_refused(401, "NoSession")
    assert browser.ask("POST", "/session/credentials").is_refused(401, "NoSession")


def test_wrong_passwords_are_slowed_down_known_user_or_not(own_server):
    iam = client(own_server, "iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=PASSWORD)
    browser = Browser(own_server)
    seen = [browser.sign_in("ann", "Wrong-Password-1") for _ in range(6)]
    assert [answer.status for answer in seen] == [401] * 5 + [429]
    last = seen[-1]
    assert last.json["code"] == "TooManyAttempts" and last.json["retryAfterSecs"] >= 1
    assert last.headers["retry-after"] == str(last.json["retryAfterSecs"])
    # So does the right one, and so does the address for others.
    assert browser.sign_in("ann", PASSWORD).is_refused(429, "TooManyAttempts")
    assert browser.sign_in("nobody", PASSWORD).is_refused(429, "TooManyAttempts")
    # A link needs no password.
    assert browser.follow(own_server.ask("console")["url"]).status == 200


def test_a_restart_keeps_a_session(own_server):
    browser = Browser(own_server)
    browser.follow(own_server.ask("console")["url"])
    own_server.restart()
    assert browser.ask("GET", "/session").json["name"] == "root"
    assert browser.client("iot").list_things()["things"] == []


# === what other pages may not ===


def test_other_pages_ask_in_vain(server, browser, owner):
    mark, origin = {"marked": True}, f"http://{browser.host}"
    for headers in (
        {"marked": False},
        {**mark, "origin": "http://evil.example"},
        {**mark, "origin": "null"},
        {**mark, "origin": "http://127.0.0.1:1"},
        {**mark, "sec_fetch_site": "same-site"},
        {**mark, "sec_fetch_site": "cross-site"},
    ):
        for method, path in (("POST", "/session/credentials"), ("DELETE", "/session")):
            assert owner.ask(method, path, **headers).is_refused(403, "CrossOriginRequest")
        link = server.ask("console")["url"].split("#")[1]
        answer = browser.ask("POST", "/session", {"link": link}, **headers)
        assert answer.status == 403 and browser.cookie is None
    ours = {"origin": origin, "sec_fetch_site": "same-origin"}
    assert owner.ask("POST", "/session/credentials", **ours).status == 200
    answer = owner.ask("OPTIONS", "/session/credentials", origin="http://evil.example")
    assert "access-control-allow-origin" not in answer.headers


def test_a_name_that_somebody_else_gave_is_not_answered(server, owner):
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.nip.io", ""):
        for path in ("/", "/session"):
            assert owner.ask("GET", path, host=host).is_refused(421, "UnknownHost")
    port = server.console_url.rsplit(":", 1)[1]
    for host in (f"localhost:{port}", f"[::1]:{port}", "192.168.1.7"):
        assert owner.ask("GET", "/session", host=host).status == 200


def test_an_object_that_is_a_page_is_sandboxed(server, owner, name):
    s3, bucket = owner.client("s3"), name.replace("_", "-")
    s3.create_bucket(Bucket=bucket)
    page = b"<script>fetch('/session/credentials')</script>"
    s3.put_object(Bucket=bucket, Key="page.html", Body=page, ContentType="text/html")
    place = {"Bucket": bucket, "Key": "page.html"}
    url = s3.generate_presigned_url("get_object", Params=place)
    assert url.startswith(server.console_url)
    path = url.removeprefix(server.console_url)
    answer = owner.ask("GET", path)
    assert (answer.status, answer.body) == (200, page)
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    part = owner.ask("GET", path, sec_fetch_dest="script")
    assert part.is_refused(403, "ObjectAsPage")
    # Without the signature it is a way of the pages.
    assert owner.ask("GET", path.split("?")[0]).body != page


def test_a_large_object_streams_both_ways(owner, name):
    s3, bucket = owner.client("s3"), name.replace("_", "-")
    s3.create_bucket(Bucket=bucket)
    body = bytes(range(256)) * (20 * 4096)
    s3.put_object(Bucket=bucket, Key="large", Body=body)
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == body


# === the door ===


def test_mqtt_over_a_websocket_through_the_console(server, owner, name):
    made = owner.ask("POST", "/session/credentials").json
    host = server.console_url.split("//")[1]
    request = AWSRequest("GET", f"http://{host}/mqtt", headers={"host": host})
    # The token of a session is appended unsigned, as AWS IoT has it.
    key = Credentials(made["accessKeyId"], made["secretAccessKey"])
    SigV4QueryAuth(key, "iotdevicegateway", "us-east-1", expires=60).add_auth(request)
    token = urllib.parse.quote(made["sessionToken"], safe="")
    path = f"{request.url.split(host, 1)[1]}&X-Amz-Security-Token={token}"
    mqtt = Client(V5, name, transport="websockets")
    mqtt.paho.ws_set_options(path=path)
    mqtt.enter(int(host.rsplit(":", 1)[1]), host="127.0.0.1")
    mqtt.subscribe(name, 1)
    mqtt.publish(name, "1", 1)
    assert mqtt.messages.one().payload == b"1"
    # Who leaves the console leaves the broker, too.
    owner.ask("DELETE", "/session")
    mqtt.ends.one()
    mqtt.paho.loop_stop()


def test_pages_are_told_what_they_may(browser):
    for path in ("/", "/things/lamp", "/login"):
        answer = browser.ask("GET", path)
        assert answer.status == 200 and answer.headers["content-type"].startswith("text/html")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and f"ws://{browser.host}" in policy
        assert "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers
    head = browser.ask("HEAD", "/")
    assert head.status == 200 and head.body == b"" and int(head.headers["content-length"]) > 0
    assert browser.ask("GET", "/assets/none.js").is_refused(404, "NotFound")
    for method, path, allowed in (
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/session", "GET, HEAD, POST, DELETE"),
        ("GET", "/session/credentials", "POST"),
    ):
        answer = browser.ask(method, path)
        assert answer.is_refused(405, "MethodNotAllowed") and answer.headers["allow"] == allowed
    assert browser.ask("GET", "/session/other").is_refused(404, "NotFound")


def test_what_is_no_sign_in_is_refused(browser):
    for body in (
        {},
        {"user": "a"},
        {"link": "x", "user": "a", "password": "b"},
        {"user": "a", "password": "b", "other": 1},
        ["link"],
    ):
        assert browser.ask("POST", "/session", body).is_refused(400, "InvalidRequest")
    long = {"user": "a", "password": "b" * 5000}
    assert browser.ask("POST", "/session", long).is_refused(413, "BodyTooLarge")
    assert browser.ask("POST", "/session", {"link": ""}).is_refused(401, "WrongLink")


def test_the_door_speaks_tls_too(server):
    host, port = server.console_url.split("//")[1].split(":")
    context = ssl.create_default_context(cafile=server.data / "root-ca.pem")
    connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=PATIENCE)
    link = server.ask("console")["url"].split("#")[1]
    headers = {"x-thingstead-console": "1"}
    connection.request("POST", "/session", json.dumps({"link": link}), headers)
    answer = Answer(connection.getresponse())
    assert answer.status == 200
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_who_can_be_reached_by_others_speaks_tls_alone(make_server):
    server = make_server(doors={"console": "0.0.0.0:0"}).start()
    assert server.console_url.startswith("https://")
    port = int(server.console_url.rsplit(":", 1)[1])
    for path, headers in (("/things?a=b", {}), ("/?a=b", {"authorization": "AWS4-HMAC-SHA256 x"})):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = Answer(connection.getresponse())
        assert answer.status == 308
        assert answer.headers["location"] == f"https://127.0.0.1:{port}{path}"
    context = ssl.create_default_context(cafile=server.data / "root-ca.pem")
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
    connection.request("GET", "/things")
    assert Answer(connection.getresponse()).status == 200


def test_doctor_looks_at_the_console(server):
    checks = {check["check"]: check for check in server.ask("doctor")}
    assert checks["console"]["ok"] and server.console_url in checks["console"]["finding"]


def test_without_the_console_there_is_no_link(make_server):
    server = make_server(doors={"console": "off"}).start()
    assert server.ready["console"] is None and "/login#" not in server.announced
    done = server.run("console", check=False)
    assert done.returncode != 0 and "--console off" in done.stderr
