//! What a template says of itself.

use serde_json::{Map, Value, json};
use templates::Template;

use crate::cloudformation::wish::{Capability, EXPANSION, capability};

/// `fields`: those of each parameter that the answer has.
pub(crate) fn about(template: &Template, fields: &[&str]) -> Value {
    let parameters = template.parameters.iter().map(|(name, parameter)| {
        let all = json!({
            "ParameterKey": name,
            "DefaultValue": parameter.default,
            "ParameterType": parameter.kind,
            "NoEcho": parameter.is_secret,
            "Description": parameter.description,
            "ParameterConstraints": { "AllowedValues": parameter.allowed_values },
        });
        let some =
            fields.iter().filter_map(|field| Some(((*field).to_owned(), all.get(*field)?.clone())));
        Value::Object(some.collect::<Map<_, _>>())
    });
    let resources = template.resources.values();
    let needed =
        resources.filter_map(|resource| capability(&resource.kind, &resource.properties)).max();
    let expansion = (!template.transforms.is_empty()).then_some(EXPANSION);
    let capabilities: Vec<&str> =
        needed.map(Capability::word).into_iter().chain(expansion).collect();
    let reason = (!capabilities.is_empty()).then(|| {
        let kinds = template.resources.values().map(|resource| resource.kind.as_str());
        let iam: std::collections::BTreeSet<&str> = kinds
            .filter(|kind| kind.starts_with("AWS::IAM::") || kind.contains("::Serverless::"))
            .collect();
        let iam: Vec<&str> = iam.into_iter().collect();
        format!("The following resource(s) require capabilities: [{}]", iam.join(", "))
    });
    json!({
        "Parameters": parameters.collect::<Value>(),
        "Description": template.description,
        "Capabilities": capabilities,
        "CapabilitiesReason": reason,
        "DeclaredTransforms": template.transforms,
    })
}
