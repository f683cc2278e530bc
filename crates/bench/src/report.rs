//! Figures, their medians, and the table.

use std::time::Duration;

use crate::meter::Span;

/// What the messages of all workloads carry.
pub(crate) const PAYLOAD_BYTES: usize = 64;

/// Load before the first mark, so that buffers have their size and sessions their state.
pub(crate) const WARM_UP: Duration = Duration::from_millis(700);

/// How long nothing may arrive before what is missing counts as lost.
pub(crate) const SETTLE: Duration = Duration::from_secs(10);

/// The longest wait of one turn of the load.
pub(crate) const TURN: Duration = Duration::from_millis(5);

/// One measured number.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
}

impl Figure {
    pub(crate) fn new(what: &'static str, unit: &'static str, value: f64) -> Figure {
        Figure { what, unit, value }
    }
}

/// What one run of one workload against one broker brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) list: Vec<Figure>,
    pub(crate) note: String,
}

impl Figures {
    pub(crate) fn of(_workload: &str, span: Span) -> Figures {
        let Span { client_cores, broker_cores, .. } = span;
        let bound = if client_cores > 0.7 { " (client-bound)" } else { "" };
        let note = format!("broker {broker_cores:.2} cores, client {client_cores:.2}{bound}");
        Figures { list: Vec::new(), note }
    }

    pub(crate) fn with(mut self, figure: Figure) -> Figures {
        self.list.push(figure);
        self
    }
}

/// The value below which the given share of the values lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}
