//! Ids of events and executions: UUIDs that nobody can guess.

pub(crate) fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    stdx::uuid::version_4(bytes)
}
