//! A function made with `lambda_runtime` as it is published: what AWS's own crate makes of our Runtime API.
//!
//! `{"do": …}` says what it does: fail, panic, sleep until it is stopped; else it answers what it was told.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    println!("HEARD {event}");
    match event["do"].as_str() {
        Some("fail") => Err("it went wrong".into()),
        Some("panic") => panic!("it panicked"),
        Some("sleep") => {
            let sleep = tokio::time::sleep(Duration::from_secs(3_600));
            sleep.await;
            Ok(Value::Null)
        }
        _ => Ok(json!({
            "event": event,
            "request_id": context.request_id,
            "deadline_ms": context.deadline,
            "function_arn": context.invoked_function_arn,
            "trace_id": context.xray_trace_id,
            "client_context": context.client_context,
            "function": context.env_config.function_name,
            "version": context.env_config.version,
            "memory_mb": context.env_config.memory,
            "log_group": context.env_config.log_group,
        })),
    }
}
