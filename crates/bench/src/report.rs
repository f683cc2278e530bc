//! Figures, their medians over the rounds, and the table that shows them side by side.

use std::fmt::Write;

use crate::broker::Kind;
use crate::meter::Span;

/// One measured number, and whether it should be small or large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
}

impl Figure {
    pub(crate) fn new(what: &'static str, unit: &'static str, value: f64) -> Figure {
        Figure { what, unit, value }
    }

    /// Of rates more is better, of everything else less.
    fn is_rate(&self) -> bool {
        self.unit == "/s"
    }
}

/// What one run of one workload against one broker brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) list: Vec<Figure>,
    /// Who used how much of the machine.
    pub(crate) note: String,
}

/// From this share of a core on, the client may have been what held the broker back.
const CLIENT_BOUND: f64 = 0.7;

impl Figures {
    pub(crate) fn of(span: Span) -> Figures {
        let Span { client_cores, broker_cores, .. } = span;
        let bound = if client_cores > CLIENT_BOUND { " (client-bound)" } else { "" };
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
    values.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// What a figure of ours may be at most.
#[derive(Clone, Copy, Debug)]
enum Bar {
    Absolute(f64),
    /// A multiple of a peer's.
    Of(Kind, f64),
}

/// The bars that the project set itself; see docs/benchmarks.md.
const BARS: &[(&str, Bar)] = &[
    ("QoS 0 fan-in: CPU per delivery", Bar::Of(Kind::Mosquitto, 0.17)),
    ("QoS 1 pairs: CPU per message", Bar::Of(Kind::Mosquitto, 0.35)),
    ("fan-out to 1,000: CPU per delivery", Bar::Of(Kind::Mosquitto, 0.3)),
    ("memory per idle connection: plain", Bar::Absolute(4.0)),
    ("memory per idle connection: mutual TLS", Bar::Absolute(24.0)),
    ("mutual TLS connect: CPU each", Bar::Of(Kind::Mosquitto, 0.3)),
    ("QoS 1 persistent: CPU per message", Bar::Of(Kind::Nats, 0.1)),
    ("first start until it takes a connection", Bar::Absolute(300.0)),
    ("resident memory at rest", Bar::Absolute(30.0)),
];

/// The figures of all rounds.
#[derive(Debug, Default)]
pub(crate) struct Results(Vec<(Kind, Figure)>);

impl Results {
    pub(crate) fn add(&mut self, kind: Kind, figures: &Figures) {
        self.0.extend(figures.list.iter().map(|&figure| (kind, figure)));
    }

    fn median(&self, kind: Kind, what: &str) -> Option<f64> {
        let of_both = |(of, figure): &&(Kind, Figure)| *of == kind && figure.what == what;
        let mut values: Vec<f64> = self.0.iter().filter(of_both).map(|(_, it)| it.value).collect();
        (!values.is_empty()).then(|| percentile(&mut values, 0.5))
    }

    /// A row for each figure, in the order in which they were first measured.
    pub(crate) fn table(&self, kinds: &[Kind]) -> String {
        let mut table = String::from("| |");
        kinds.iter().for_each(|kind| write!(table, " {} |", kind.name()).expect("memory"));
        table.push_str(" ÷ mosquitto | ÷ best peer | bar |\n| --- |");
        table.push_str(&" ---: |".repeat(kinds.len() + 3));
        let mut shown: Vec<&str> = Vec::new();
        for (_, figure) in &self.0 {
            if !shown.contains(&figure.what) {
                shown.push(figure.what);
                table.push_str(&self.row(figure, kinds));
            }
        }
        table.push('\n');
        table
    }

    fn row(&self, figure: &Figure, kinds: &[Kind]) -> String {
        let mut row = format!("\n| {}, {} |", figure.what, figure.unit);
        for &kind in kinds {
            write!(row, " {} |", shown(self.median(kind, figure.what))).expect("memory");
        }
        let ours = self.median(Kind::Thingstead, figure.what);
        let to_mosquitto = ours.zip(self.median(Kind::Mosquitto, figure.what));
        let to_best = ours.zip(self.best_peer(figure, kinds));
        let ratio = |pair: Option<(f64, f64)>| shown(pair.map(|(ours, peers)| ours / peers));
        let (to_mosquitto, to_best) = (ratio(to_mosquitto), ratio(to_best));
        write!(row, " {to_mosquitto} | {to_best} | {} |", self.bar(figure, ours)).expect("memory");
        row
    }

    fn best_peer(&self, figure: &Figure, kinds: &[Kind]) -> Option<f64> {
        let peers = kinds.iter().filter(|&&kind| kind != Kind::Thingstead);
        let values = peers.filter_map(|&kind| self.median(kind, figure.what));
        values.reduce(if figure.is_rate() { f64::max } else { f64::min })
    }

    fn bar(&self, figure: &Figure, ours: Option<f64>) -> String {
        let Some((_, bar)) = BARS.iter().find(|(what, _)| *what == figure.what) else {
            return String::new();
        };
        let (text, most) = match *bar {
            Bar::Absolute(most) => (format!("≤ {most}"), Some(most)),
            Bar::Of(kind, times) => (
                format!("≤ {times} × {}", kind.name()),
                self.median(kind, figure.what).map(|value| value * times),
            ),
        };
        match ours.zip(most) {
            Some((ours, most)) if ours <= most => format!("{text}: held"),
            Some(_) => format!("{text}: **missed**"),
            None => text,
        }
    }
}

/// Three digits, which is more than the scatter between rounds allows.
fn shown(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 1e6 => format!("{:.2} M", value / 1e6),
        Some(value) if value >= 1e4 => format!("{:.0} k", value / 1e3),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) if value >= 0.1 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_medians_and_ratios() {
        let mut results = Results::default();
        let what = "QoS 0 fan-in: CPU per delivery";
        for (kind, values) in
            [(Kind::Thingstead, [0.5, 9.0, 0.4]), (Kind::Mosquitto, [5.0, 4.0, 50.0])]
        {
            for value in values {
                let figures = Figures::default().with(Figure::new(what, "µs", value));
                results.add(kind, &figures);
            }
        }
        let table = results.table(&[Kind::Thingstead, Kind::Mosquitto, Kind::Nats]);
        let row = table.lines().last().unwrap();
        assert!(row.starts_with("| QoS 0 fan-in: CPU per delivery, µs | 0.50 | 5.00 | – |"));
        assert!(row.ends_with(" 0.10 | 0.10 | ≤ 0.17 × mosquitto: held |"), "{row}");
    }
}
