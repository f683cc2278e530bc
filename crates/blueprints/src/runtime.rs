//! The runtimes that are served, by AWS's names for them.

use crate::error::BlueprintError;

/// What runs the code of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runtime {
    /// An executable of the code itself, called `bootstrap`.
    Provided,
    /// The host's Python.
    Python,
    /// The host's Node.
    Node,
}

/// Names that AWS has or had: a template of years ago stays legal.
const SERVED: &[(&str, Runtime)] = &[
    ("provided", Runtime::Provided),
    ("provided.al2", Runtime::Provided),
    ("provided.al2023", Runtime::Provided),
    ("python3.6", Runtime::Python),
    ("python3.7", Runtime::Python),
    ("python3.8", Runtime::Python),
    ("python3.9", Runtime::Python),
    ("python3.10", Runtime::Python),
    ("python3.11", Runtime::Python),
    ("python3.12", Runtime::Python),
    ("python3.13", Runtime::Python),
    ("python3.14", Runtime::Python),
    ("nodejs12.x", Runtime::Node),
    ("nodejs14.x", Runtime::Node),
    ("nodejs16.x", Runtime::Node),
    ("nodejs18.x", Runtime::Node),
    ("nodejs20.x", Runtime::Node),
    ("nodejs22.x", Runtime::Node),
    ("nodejs24.x", Runtime::Node),
];

impl Runtime {
    pub fn named(name: &str) -> Result<Runtime, BlueprintError> {
        let found = SERVED.iter().find(|(served, _)| *served == name);
        found.map(|(_, runtime)| *runtime).ok_or_else(|| {
            let names: Vec<&str> = SERVED.iter().map(|(served, _)| *served).collect();
            BlueprintError::unfit(format!(
                "Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum \
                 value set: [{}]",
                names.join(", ")
            ))
        })
    }
}
