//! Hostile bytes neither panic nor make us allocate.

use mqtt::{Connect, Packet, SubscribeFilter, Version, frame};
use proptest::prelude::*;

use crate::strategies;

const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

/// Decodes bytes in every way there is.
fn decode(bytes: &[u8]) {
    let Ok(Some(frame)) = frame::split(bytes, u32::MAX) else { return };
    // Both may refuse; they may not panic.
    let _ = Connect::version_of(&frame);
    for version in VERSIONS {
        if let Ok(packet) = Packet::decode(&frame, version) {
            let properties = packet.properties();
            assert_eq!(properties.iter().count() == 0, properties.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        decode(&bytes);
    }

    /// Random bytes rarely get past the header; these do.
    #[test]
    fn no_body_makes_the_decoder_panic(
        first: u8,
        body in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut bytes = vec![first, body.len() as u8];
        bytes.extend(body);
        decode(&bytes);
    }

    #[test]
    fn no_damage_to_a_packet_makes_the_decoder_panic(
        packet in strategies::version().prop_flat_map(|version| {
            strategies::packet(version).prop_map(move |packet| {
                let mut out = Vec::new();
                packet.encode(version, &mut out).expect("fits");
                out
            })
        }),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        keep: prop::sample::Index,
    ) {
        let mut bytes = packet;
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        decode(&bytes);
        decode(&bytes[..keep.index(bytes.len())]);
    }
}

/// The costliest packet for its size is a SUBSCRIBE with the shortest filters.
#[test]
fn a_list_takes_memory_in_proportion_to_the_bytes_that_came() {
    let mut bytes = vec![0x82, 0xA2, 0x1F, 0, 1];
    bytes.extend(b"\0\x01a\0".repeat(1_000));
    let frame = frame::split(&bytes, 10_000).expect("valid").expect("whole");
    let Ok(Packet::Subscribe(subscribe)) = Packet::decode(&frame, Version::V311) else {
        panic!("a valid SUBSCRIBE");
    };
    let memory = subscribe.filters.capacity() * size_of::<SubscribeFilter<'_>>();
    assert_eq!(subscribe.filters.len(), 1_000);
    assert!(memory <= 16 * bytes.len(), "{memory} bytes for {}", bytes.len());
}

/// A header that announces 256 MiB is refused, or waited for, without a byte set aside: `split`
/// only borrows.
#[test]
fn a_huge_announcement_costs_nothing() {
    let header = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];
    assert!(frame::split(&header, 1_000_000).is_err());
    assert_eq!(frame::split(&header, u32::MAX), Ok(None));
    assert_eq!(frame::needed(&header), 268_435_460);
}
