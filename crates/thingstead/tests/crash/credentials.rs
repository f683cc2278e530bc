//! The keys of the installation's owner.

use std::process::Command;

use serde_json::Value;
use sigv4::Credentials;

use crate::server::Server;

pub(crate) fn credentials(server: &Server) -> Credentials {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thingstead"));
    let data = server.folder.path().join("data");
    let env = command.arg("--data").arg(data).args(["--json", "env"]).output();
    let env: Value = serde_json::from_slice(&env.expect("it was built").stdout).expect("JSON");
    let of = |key: &str| env[key].as_str().expect("it is there").to_owned();
    Credentials {
        access_key: of("AWS_ACCESS_KEY_ID"),
        secret: of("AWS_SECRET_ACCESS_KEY"),
        session_token: None,
    }
}
