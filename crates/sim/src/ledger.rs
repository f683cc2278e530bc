//! What was acknowledged, and what arrived.

use std::collections::BTreeMap;

use model::Qos;

/// The books of one run.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By publisher: its quality of service and the numbers that the broker acknowledged.
    acknowledged: BTreeMap<String, (Qos, Vec<u64>)>,
    /// By subscriber and publisher: the numbers in the order in which they arrived.
    arrived: BTreeMap<(String, String), Vec<u64>>,
}

impl Ledger {
    pub(crate) fn acknowledge(&mut self, publisher: &str, qos: Qos, number: u64) {
        let entry = self.acknowledged.entry(publisher.to_owned()).or_insert((qos, Vec::new()));
        entry.1.push(number);
    }

    pub(crate) fn arrive(&mut self, subscriber: &str, publisher: &str, number: u64) {
        let key = (subscriber.to_owned(), publisher.to_owned());
        self.arrived.entry(key).or_default().push(number);
    }

    pub fn acknowledged(&self) -> usize {
        self.acknowledged.values().map(|(_, numbers)| numbers.len()).sum()
    }

    /// Everything that is wrong with the books.
    pub fn faults(&self, subscribers: &[String]) -> Vec<String> {
        let mut faults = Vec::new();
        for (publisher, (qos, numbers)) in &self.acknowledged {
            for subscriber in subscribers {
                let key = (subscriber.clone(), publisher.clone());
                let arrived = self.arrived.get(&key).map_or(&[][..], Vec::as_slice);
                let way = format!("{publisher} to {subscriber}");
                faults.extend(missing(&way, numbers, arrived));
                faults.extend(disorder(&way, arrived));
                if *qos == Qos::ExactlyOnce {
                    faults.extend(repeated(&way, arrived));
                }
            }
        }
        faults
    }
}

fn missing(way: &str, numbers: &[u64], arrived: &[u64]) -> Option<String> {
    let lost: Vec<u64> =
        numbers.iter().copied().filter(|number| !arrived.contains(number)).collect();
    (!lost.is_empty()).then(|| format!("{way}: acknowledged and lost: {lost:?}"))
}

/// First arrivals keep the publisher's order [MQTT-4.6.0-5].
fn disorder(way: &str, arrived: &[u64]) -> Option<String> {
    let mut seen = 0;
    for &number in arrived {
        if number > seen + 1 {
            return Some(format!("{way}: {number} came before {}: {arrived:?}", seen + 1));
        }
        seen = seen.max(number);
    }
    None
}

fn repeated(way: &str, arrived: &[u64]) -> Option<String> {
    let mut sorted = arrived.to_vec();
    sorted.sort_unstable();
    let twice = sorted.windows(2).find(|pair| pair[0] == pair[1])?[0];
    Some(format!("{way}: {twice} came twice: {arrived:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(qos: Qos, acknowledged: u64, arrived: &[u64]) -> Vec<String> {
        let mut ledger = Ledger::default();
        for number in 1..=acknowledged {
            ledger.acknowledge("p", qos, number);
        }
        for &number in arrived {
            ledger.arrive("s", "p", number);
        }
        ledger.faults(&["s".to_owned()])
    }

    #[test]
    fn the_books_show_loss_disorder_and_repetition() {
        assert_eq!(faults(Qos::AtLeastOnce, 2, &[1, 2, 1, 2, 3]), [""; 0]);
        assert_eq!(faults(Qos::AtLeastOnce, 2, &[1]), ["p to s: acknowledged and lost: [2]"]);
        assert_eq!(faults(Qos::AtLeastOnce, 1, &[2, 1]).len(), 1);
        assert_eq!(faults(Qos::ExactlyOnce, 2, &[1, 2, 2]).len(), 1);
    }
}
