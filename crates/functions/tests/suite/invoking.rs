//! Handlers that do as they should, in each runtime.

use crate::common::{Made, Room, json, node, python};

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_of_python_answers_and_is_kept_warm() {
    let room = Room::open().await;
    let code = "import os\ncount = 0\ndef handler(event, context):\n    global count\n    count += 1\n    print('seen', event)\n    return {'event': event, 'count': count, 'name': context.function_name, 'own': os.environ['OWN'], 'left': context.get_remaining_time_in_millis() > 0}\n";
    let name = room.make("echo", Made { environment: vec![("OWN", "x")], ..python(code) }).await;
    let first = room.invoke(&name, r#"{"a":"ä"}"#).await;
    let expected = serde_json::json!({"event": {"a": "ä"}, "count": 1, "name": "echo", "own": "x", "left": true});
    assert_eq!(json(&first), expected, "{first:?}");
    assert!(!first.is_error);
    assert_eq!(first.executed_version, "$LATEST");
    let tail = first.tail.expect("wanted");
    for part in ["START RequestId", "seen {'a': 'ä'}", "END RequestId", "Init Duration"] {
        assert!(tail.contains(part), "{tail}");
    }
    let second = room.invoke(&name, "[]").await;
    assert_eq!(json(&second)["count"], 2);
    assert!(!second.tail.expect("wanted").contains("Init Duration"));
    let log = room.log_with(&name, "seen []").await;
    assert!(log.contains("seen {'a': 'ä'}\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_python_are_told_as_aws_tells_them() {
    let room = Room::open().await;
    let code = "def handler(event, context):\n    raise ValueError('no ' + event)\n";
    let name = room.make("raises", python(code)).await;
    let outcome = room.invoke(&name, r#""way""#).await;
    assert!(outcome.is_error);
    let document = json(&outcome);
    assert_eq!(document["errorType"], "ValueError");
    assert_eq!(document["errorMessage"], "no way");
    assert!(document["stackTrace"][0].as_str().expect("a text").contains("app.py"));
    assert!(outcome.tail.expect("wanted").contains("[ERROR] ValueError: no way"));
    for (name, code, kind, part) in [
        (
            "imports",
            "import nothing_has_this_name",
            "Runtime.ImportModuleError",
            "Unable to import",
        ),
        ("misses", "x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing"),
        ("breaks", "def (", "Runtime.UserCodeSyntaxError", "Syntax error"),
        ("sets", "def handler(e, c):\n    return {1, 2}", "Runtime.MarshalError", "not JSON"),
    ] {
        let function = room.make(name, python(code)).await;
        let outcome = room.invoke(&function, "{}").await;
        let document = json(&outcome);
        assert!(outcome.is_error);
        assert_eq!(document["errorType"], kind, "{document}");
        assert!(document["errorMessage"].as_str().expect("a text").contains(part), "{document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_of_node_answer_by_promise_and_by_callback() {
    let room = Room::open().await;
    for (name, file, code, expected) in [
        ("a", "app.js", "exports.handler = async (event) => ({ got: event.a });", r#"{"got":1}"#),
        ("b", "app.mjs", "export const handler = async (event) => event.a + 1;", "2"),
        ("c", "app.cjs", "exports.handler = (event, context, done) => done(null, event.a);", "1"),
        (
            "d",
            "app.js",
            "exports.handler = (e, c, done) => { setTimeout(() => console.log('late'), 50); done(null, 'x'); };",
            r#""x""#,
        ),
    ] {
        let function = room.make(name, node(file, code)).await;
        for _ in 0..2 {
            let outcome = room.invoke(&function, r#"{"a":1}"#).await;
            assert_eq!(outcome.payload, expected, "{name}: {outcome:?}");
        }
    }
    let code = "exports.handler = async () => { throw new TypeError('no'); };";
    let function = room.make("e", node("app.js", code)).await;
    let outcome = room.invoke(&function, "{}").await;
    assert!(outcome.is_error);
    assert_eq!(json(&outcome)["errorType"], "TypeError");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bootstrap_of_its_own_is_run_with_its_permissions() {
    let room = Room::open().await;
    let script = r#"#!/bin/sh
while true; do
  id=$(curl -sS -D - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" | tr -d '\r' | sed -n 's/^lambda-runtime-aws-request-id: //p')
  curl -sS -d "{\"handler\":\"$_HANDLER\"}" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" > /dev/null
done
"#;
    let files = vec![("bootstrap", script.to_owned())];
    let made = Made { runtime: "provided.al2023", files, timeout_secs: 10, environment: vec![] };
    let function = room.make("own", made).await;
    let outcome = room.invoke(&function, "{}").await;
    assert_eq!(outcome.payload, r#"{"handler":"app.handler"}"#, "{outcome:?}");
}

/// As AWS's own loop has it.
#[tokio::test(flavor = "multi_thread")]
async fn handlers_of_node_that_never_answer_are_answered_for() {
    let room = Room::open().await;
    for (name, code, expected) in [
        ("never", "exports.handler = () => {};", Ok("null")),
        ("plain", "exports.handler = () => 1;", Ok("null")),
        (
            "done",
            "exports.handler = (e, c) => { setTimeout(() => c.done(null, 'x'), 20); };",
            Ok(r#""x""#),
        ),
        ("fail", "exports.handler = (e, c) => c.fail(new RangeError('far'));", Err("RangeError")),
        (
            "twice",
            "exports.handler = (e, c, d) => { d(null, 1); d('no'); return Promise.reject(2); };",
            Ok("1"),
        ),
        (
            "hangs",
            "exports.handler = async () => new Promise(() => {});",
            Err("Runtime.NodeJsExit"),
        ),
        (
            "round",
            "exports.handler = async () => { const a = []; a.push(a); return a; };",
            Err("TypeError"),
        ),
        (
            "throws",
            "exports.handler = () => { setTimeout(() => { throw new Error('late'); }, 20); return new Promise((done) => setTimeout(done, 9000)); };",
            Err("Runtime.UncaughtException"),
        ),
    ] {
        let function = room.make(name, node("app.js", code)).await;
        for _ in 0..2 {
            let outcome = room.invoke(&function, "{}").await;
            match expected {
                Ok(payload) => assert_eq!(outcome.payload, payload, "{name}: {outcome:?}"),
                Err(kind) => assert_eq!(json(&outcome)["errorType"], kind, "{name}: {outcome:?}"),
            }
            assert_eq!(outcome.is_error, expected.is_err(), "{name}");
        }
    }
}

/// What an invocation leaves behind goes on during the next one.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_handler_of_node_leaves_behind_goes_on() {
    let room = Room::open().await;
    let code = "let seen = 0;\nexports.handler = async () => {\n  const before = seen;\n  setImmediate(() => { seen += 1; });\n  return before;\n};";
    let function = room.make("leaves", node("app.js", code)).await;
    for count in 0..3 {
        assert_eq!(room.invoke(&function, "{}").await.payload, count.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_payloads_come_and_go_whole() {
    let room = Room::open().await;
    let python = python("def handler(event, context):\n    return event");
    let node = node("app.js", "exports.handler = async (event) => event;");
    for (name, made) in [("python", python), ("node", node)] {
        let function = room.make(name, made).await;
        for characters in [10, 16_000, 70_000, 3_000_000] {
            let payload = format!("\"{}\"", "ä".repeat(characters / 2));
            let outcome = room.invoke(&function, &payload).await;
            assert!(outcome.payload == payload, "{name}: {characters} characters");
        }
        let code = room.invoke(&function, "[]").await;
        assert_eq!(code.payload, "[]", "{name} goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_lines_are_in_the_log_when_a_function_is_deleted() {
    let room = Room::open().await;
    let name =
        room.make("talks", python("def handler(event, context):\n    print('last words')")).await;
    room.invoke(&name, "{}").await;
    room.functions.deleted(&name).await;
    assert!(room.log_of(&name).contains("last words\n"), "{}", room.log_of(&name));
}
