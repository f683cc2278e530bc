//! Names of functions and of what belongs to them, as Lambda limits them.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

name!(
    /// The name of a function: `[A-Za-z0-9_-]`, at most 64.
    FunctionName,
    Kind {
        what: "function name",
        most: 64,
        allowed: "letters, digits, '-' and '_'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
    }
);

name!(
    /// The name of a layer: `[A-Za-z0-9_-]`, at most 140.
    LayerName,
    Kind {
        what: "layer name",
        most: 140,
        allowed: "letters, digits, '-' and '_'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
    }
);
