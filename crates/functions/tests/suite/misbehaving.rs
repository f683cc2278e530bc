//! Functions that harm nobody else, and whose callers and logs are told.

use std::time::Duration;

use crate::common::{Made, Room, json, python};

#[tokio::test(flavor = "multi_thread")]
async fn who_loops_is_ended_at_its_timeout() {
    let room = Room::open().await;
    let code = "def handler(event, context):\n    while event:\n        pass\n    return 1";
    let function = room.make("loops", Made { timeout_secs: 1, ..python(code) }).await;
    let outcome = room.invoke(&function, "1").await;
    assert!(outcome.is_error);
    let what = json(&outcome)["errorMessage"].as_str().expect("a text").to_owned();
    assert!(what.ends_with("Task timed out after 1.00 seconds"), "{what}");
    assert!(outcome.tail.expect("wanted").contains("Task timed out after 1.00 seconds"));
    assert_eq!(room.invoke(&function, "0").await.payload, "1", "the next one has another worker");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_too_much_memory_or_exits_is_told_as_aws_tells_it() {
    let room = Room::open().await;
    let code = "import os\ndef handler(event, context):\n    if event == 'leak':\n        kept = []\n        while True:\n            kept.append(bytearray(b'x' * 1000000))\n    os._exit(event)";
    let function = room.make("leaks", python(code)).await;
    let outcome = room.invoke(&function, r#""leak""#).await;
    let document = json(&outcome);
    assert_eq!(document["errorType"], "Runtime.ExitError");
    let what = document["errorMessage"].as_str().expect("a text");
    assert!(what.ends_with("Runtime exited with error: signal: killed"), "{what}");
    let log = room.log_with(&function, "128 MB").await;
    assert!(log.contains("it took more than"), "{log}");
    for (event, end) in [
        ("3", "Error: Runtime exited with error: exit status 3"),
        ("0", "Error: Runtime exited without providing a reason"),
    ] {
        let outcome = room.invoke(&function, event).await;
        let what = json(&outcome)["errorMessage"].as_str().expect("a text").to_owned();
        assert!(what.ends_with(end), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_begins_ends_with_its_worker() {
    let room = Room::open().await;
    let marker = format!("{}", 100_000 + std::process::id());
    let code = format!(
        "import os, subprocess, time\ndef handler(event, context):\n    subprocess.Popen(['setsid', 'setsid', 'sleep', '{marker}'])\n    time.sleep(30)"
    );
    let function = room.make("forks", Made { timeout_secs: 1, ..python(&code) }).await;
    let outcome = room.invoke(&function, "{}").await;
    assert!(outcome.is_error);
    for _ in 0..500 {
        if !runs(&marker) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a process is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forks_without_end_is_ended() {
    let room = Room::open().await;
    let code = "import os\ndef handler(event, context):\n    while event:\n        try:\n            os.fork()\n        except OSError:\n            pass\n    return 1";
    let function = room.make("bomb", Made { timeout_secs: 5, ..python(code) }).await;
    let outcome = room.invoke(&function, "1").await;
    assert!(outcome.is_error, "{outcome:?}");
    assert_eq!(room.invoke(&function, "0").await.payload, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_without_end_is_cut_short_in_its_log() {
    let room = Room::open().await;
    let code = "def handler(event, context):\n    line = 'x' * 999\n    for _ in range(event):\n        print(line)\n    print('last')\n    return 1";
    let function = room.make("prints", python(code)).await;
    let outcome = room.invoke(&function, "10000").await;
    assert_eq!(outcome.payload, "1");
    assert!(outcome.tail.expect("wanted").len() <= 4096);
    let outcome = room.invoke(&function, "20000").await;
    assert_eq!(outcome.payload, "1");
    let tail = outcome.tail.expect("wanted");
    assert!(tail.contains("were left out: an invocation may write 16 MB"), "{tail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_reads_nothing_of_the_server() {
    let room = Room::open().await;
    let secret = room.directory().join("secret");
    std::fs::write(&secret, "x").expect("written");
    let code = "import os\ndef handler(event, context):\n    answers = []\n    for action in [lambda: open(event).read(), lambda: open('/tmp/x-' + str(os.getpid()), 'w'), lambda: os.kill(os.getppid(), 9)]:\n        try:\n            action()\n            answers.append('done')\n        except PermissionError:\n            answers.append('denied')\n    open(os.environ['TMPDIR'] + '/own', 'w').write('fine')\n    return answers";
    let function = room.make("spies", python(code)).await;
    let path = serde_json::to_string(&secret.to_string_lossy()).expect("JSON");
    let outcome = room.invoke(&function, &path).await;
    // A system without Landlock allows all of it, and the warden's end is told.
    let answers = json(&outcome);
    if std::fs::read_to_string("/sys/kernel/security/lsm")
        .is_ok_and(|all| !all.contains("landlock"))
    {
        return;
    }
    assert_eq!(answers, serde_json::json!(["denied", "denied", "denied"]), "{outcome:?}");
}

fn runs(marker: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("there").flatten();
    processes.into_iter().any(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        line.split('\0').any(|word| word == marker)
    })
}
