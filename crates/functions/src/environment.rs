//! The variables that a worker finds: Lambda's, and the function's own.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use blueprints::{Runtime, Version};
use iam::SessionCredentials;
use model::Home;

use crate::interpreter::Interpreter;

const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What the variables tell of.
pub(crate) struct Surroundings<'a> {
    pub(crate) home: &'a Home,
    pub(crate) function: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) runtime: Runtime,
    pub(crate) log_group: &'a str,
    pub(crate) log_stream: &'a str,
    pub(crate) credentials: &'a SessionCredentials,
    pub(crate) runtime_api: SocketAddr,
    pub(crate) endpoint: Option<SocketAddr>,
    pub(crate) code: &'a Path,
    /// The lowest first.
    pub(crate) layers: &'a [PathBuf],
    pub(crate) scratch: &'a Path,
    pub(crate) runtime_directory: &'a Path,
    pub(crate) interpreters: &'a [Interpreter],
    pub(crate) own: BTreeMap<String, String>,
}

impl Surroundings<'_> {
    pub(crate) fn variables(self) -> Vec<(String, String)> {
        let settings = &self.version.settings;
        let region = &self.home.region;
        let mut variables = vec![
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", ":UTC".to_owned()),
            ("PATH", self.path()),
            ("LD_LIBRARY_PATH", self.paths("lib", Some("lib"))),
            ("HOME", text(self.scratch)),
            ("TMPDIR", text(self.scratch)),
        ];
        match self.runtime {
            Runtime::Python => variables.push(("PYTHONPATH", self.paths("python", None))),
            Runtime::Node => {
                let modules = self.paths("nodejs/node_modules", Some("node_modules"));
                variables.push(("NODE_PATH", modules));
            }
            Runtime::Provided => {}
        }
        if let Some(endpoint) = self.endpoint {
            variables.push(("AWS_ENDPOINT_URL", format!("http://{}", reachable(endpoint))));
        }
        let given = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
        // What the function says of these counts; what follows is the service's.
        let mut all: BTreeMap<String, String> = given.collect();
        all.extend(self.own);
        let credentials = self.credentials;
        let reserved = [
            ("_HANDLER", settings.handler.clone()),
            ("AWS_DEFAULT_REGION", region.clone()),
            ("AWS_REGION", region.clone()),
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", settings.runtime)),
            ("AWS_LAMBDA_FUNCTION_NAME", self.function.to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", settings.memory_mb.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", self.version.text()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", self.log_group.to_owned()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", self.log_stream.to_owned()),
            ("AWS_ACCESS_KEY_ID", credentials.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", credentials.secret.clone()),
            ("AWS_SESSION_TOKEN", credentials.session_token.clone()),
            ("AWS_LAMBDA_RUNTIME_API", self.runtime_api.to_string()),
            ("LAMBDA_TASK_ROOT", text(self.code)),
            ("LAMBDA_RUNTIME_DIR", text(self.runtime_directory)),
        ];
        all.extend(reserved.map(|(name, value)| (name.to_owned(), value)));
        all.into_iter().collect()
    }

    fn path(&self) -> String {
        let mut parts: Vec<String> =
            self.layers.iter().map(|layer| text(&layer.join("bin"))).collect();
        let programs = self.interpreters.iter().filter_map(|found| found.program.parent());
        parts.extend(programs.map(text));
        parts.push(SYSTEM_PATH.to_owned());
        parts.join(":")
    }

    /// A directory of each layer, the highest first, and one of the code itself.
    fn paths(&self, of_layer: &str, of_code: Option<&str>) -> String {
        let layers = self.layers.iter().rev().map(|layer| layer.join(of_layer));
        let code = of_code.map(|name| self.code.join(name));
        code.into_iter().chain(layers).map(|path| text(&path)).collect::<Vec<_>>().join(":")
    }
}

/// A door that is open to all is reached by the loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        false => address,
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
