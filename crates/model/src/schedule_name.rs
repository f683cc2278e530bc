//! Names of EventBridge and its Scheduler.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::{Kind, NameError, name};

name!(
    /// The name of an event bus: `[/.\-_A-Za-z0-9]`, at most 256.
    BusName,
    Kind {
        what: "event bus name",
        most: 256,
        allowed: "letters, digits, '/', '.', '-' and '_'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'),
    }
);

name!(
    /// The name of an event rule: `[.\-_A-Za-z0-9]`, at most 64.
    EventRuleName,
    Kind {
        what: "rule name",
        most: 64,
        allowed: "letters, digits, '.', '-' and '_'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'),
    }
);

name!(
    /// The name of a schedule: `[0-9a-zA-Z-_.]`, at most 64.
    ScheduleName,
    Kind {
        what: "schedule name",
        most: 64,
        allowed: "letters, digits, '-', '_' and '.'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
    }
);

name!(
    /// The name of a group of schedules: `[0-9a-zA-Z-_.]`, at most 64.
    ScheduleGroupName,
    Kind {
        what: "schedule group name",
        most: 64,
        allowed: "letters, digits, '-', '_' and '.'",
        allows: |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
    }
);
