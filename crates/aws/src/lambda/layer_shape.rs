//! Layers as Lambda describes them.

use blueprints::LayerVersion;
use serde::Serialize;

use super::code;
use super::shape::last_modified;
use crate::caller::Caller;
use crate::state::State;

/// One of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LayerVersionOut {
    layer_version_arn: String,
    version: u64,
    description: String,
    created_date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compatible_runtimes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compatible_architectures: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_info: Option<String>,
}

/// One alone, with its code.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LayerVersionWhole {
    layer_arn: String,
    content: Content,
    #[serde(flatten)]
    version: LayerVersionOut,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    location: String,
    code_sha256: String,
    code_size: u64,
}

impl LayerVersionOut {
    pub(crate) fn of(state: &State, version: LayerVersion) -> LayerVersionOut {
        let blueprints = state.functions.blueprints();
        LayerVersionOut {
            layer_version_arn: blueprints.layer_arn(&version.name, Some(version.number)),
            version: version.number,
            description: version.description,
            created_date: last_modified(version.created_at),
            compatible_runtimes: version.runtimes,
            compatible_architectures: version.architectures,
            license_info: version.license,
        }
    }
}

impl LayerVersionWhole {
    pub(crate) fn of(state: &State, caller: &Caller, version: LayerVersion) -> LayerVersionWhole {
        LayerVersionWhole {
            layer_arn: state.functions.blueprints().layer_arn(&version.name, None),
            content: Content {
                location: code::link(state, caller, &version.code),
                code_sha256: version.code.sha256_base64(),
                code_size: version.code.bytes,
            },
            version: LayerVersionOut::of(state, version),
        }
    }
}
