//! Whether the server is still there (MQTT 5.0 §3.1.2.10).

/// How long a server may take to answer CONNECT.
const CONNACK_WAIT_MS: u64 = 30_000;

/// A PINGREQ goes out at every interval whatever else was sent, because nothing else is sure to be
/// answered: a client that only publishes at QoS 0 would never notice that its server is gone.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeepAlive {
    interval_ms: u64,
    /// When to act next; `None` without a keep-alive.
    due_ms: Option<u64>,
    awaits_answer: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Ping,
    /// The server has not answered in time.
    Dead,
}

impl KeepAlive {
    /// From CONNECT to CONNACK.
    pub(super) fn greeting(now_ms: u64) -> KeepAlive {
        let due_ms = Some(now_ms + CONNACK_WAIT_MS);
        KeepAlive { interval_ms: CONNACK_WAIT_MS, due_ms, awaits_answer: true }
    }

    /// From CONNACK on. Pings come a quarter early, to be there in time.
    pub(super) fn running(keep_alive_secs: u16, now_ms: u64) -> KeepAlive {
        let interval_ms = u64::from(keep_alive_secs) * 750;
        let due_ms = (keep_alive_secs != 0).then_some(now_ms + interval_ms);
        KeepAlive { interval_ms, due_ms, awaits_answer: false }
    }

    /// Anything came from the server.
    pub(super) fn heard(&mut self) {
        self.awaits_answer = false;
    }

    pub(super) fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    pub(super) fn tick(&mut self, now_ms: u64) -> Due {
        match self.due_ms {
            Some(due_ms) if due_ms <= now_ms => {}
            _ => return Due::Nothing,
        }
        if self.awaits_answer {
            return Due::Dead;
        }
        self.awaits_answer = true;
        self.due_ms = Some(now_ms + self.interval_ms);
        Due::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_answers_is_pinged_and_one_that_does_not_is_dead() {
        let mut keep_alive = KeepAlive::running(60, 1_000);
        assert_eq!(keep_alive.due_ms(), Some(46_000));
        assert_eq!(keep_alive.tick(45_999), Due::Nothing);
        assert_eq!(keep_alive.tick(46_000), Due::Ping);
        assert_eq!(keep_alive.tick(46_001), Due::Nothing);
        keep_alive.heard();
        assert_eq!(keep_alive.tick(91_000), Due::Ping);
        assert_eq!(keep_alive.tick(136_000), Due::Dead);
    }

    #[test]
    fn without_a_keep_alive_nothing_is_ever_due() {
        let mut keep_alive = KeepAlive::running(0, 0);
        assert_eq!((keep_alive.due_ms(), keep_alive.tick(u64::MAX)), (None, Due::Nothing));
    }
}
