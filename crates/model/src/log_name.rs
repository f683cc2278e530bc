//! Names as CloudWatch Logs limits them.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

name!(
    /// The name of a log group: `[.\-_/#A-Za-z0-9]`, at most 512.
    LogGroupName,
    Kind {
        what: "log group name",
        most: 512,
        allowed: "letters, digits, '.', '-', '_', '/' and '#'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '#'),
    }
);

name!(
    /// The name of a log stream: anything but `:` and `*`, at most 512.
    LogStreamName,
    Kind {
        what: "log stream name",
        most: 512,
        allowed: "all characters but ':' and '*'",
        allows: |c| !matches!(c, ':' | '*' | '\0'),
    }
);
