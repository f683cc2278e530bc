//! MQTT packets, as a stream in both versions.

use mqtt::{Connect, Frame, Packet, Version, frame};

/// What a server takes from somebody whom it does not know yet.
const PACKET_SIZE_MAX: u32 = 128 * 1_024;

pub fn packet(data: &[u8]) {
    for version in [Version::V311, Version::V5] {
        let mut rest = data;
        while let Ok(Some(frame)) = frame::split(rest, PACKET_SIZE_MAX) {
            assert!(frame.length <= rest.len() && frame.body.len() < frame.length);
            check(&frame, version);
            rest = &rest[frame.length..];
        }
        check_needed(rest);
    }
}

/// A packet that is taken says the same after it was encoded.
fn check(frame: &Frame<'_>, version: Version) {
    let known_version = Connect::version_of(frame);
    let packet = match Packet::decode(frame, version) {
        Ok(packet) => packet,
        Err(error) => {
            assert!(error.reason_code().is_failure());
            return;
        }
    };
    if let Packet::Connect(connect) = &packet {
        assert_eq!(known_version, Ok(connect.version));
    }
    let mut out = Vec::new();
    packet.encode(version, &mut out).expect("what was decoded fits");
    let again = frame::split(&out, u32::MAX).expect("valid").expect("whole");
    assert_eq!(again.length, out.len());
    let again = Packet::decode(&again, version).expect("valid");
    // A 3.1.1 server may send return codes that nobody knows; ours do not.
    if !(version == Version::V311 && matches!(packet, Packet::ConnAck(_))) {
        assert_eq!(packet, again);
    }
}

/// A reader that waits for as many bytes as it is told waits for a reason.
fn check_needed(rest: &[u8]) {
    if frame::split(rest, u32::MAX) == Ok(None) {
        assert!(frame::needed(rest) > rest.len());
    }
}
