//! What is encoded is decoded, and the other way round.

use mqtt::{Packet, Publish, PublishTemplate, Version, frame};
use proptest::prelude::*;

use crate::strategies;

fn decode(bytes: &[u8], version: Version) -> Packet<'_> {
    let frame = frame::split(bytes, u32::MAX).expect("valid").expect("whole");
    assert_eq!(frame.length, bytes.len());
    Packet::decode(&frame, version).expect("valid")
}

fn encode(packet: &Packet<'_>, version: Version) -> Vec<u8> {
    let mut out = Vec::new();
    packet.encode(version, &mut out).expect("fits");
    out
}

fn version_and_packet() -> impl Strategy<Value = (Version, Packet<'static>)> {
    strategies::version().prop_flat_map(|version| (Just(version), strategies::packet(version)))
}

proptest! {
    #[test]
    fn a_packet_survives_encoding_and_decoding((version, packet) in version_and_packet()) {
        let bytes = encode(&packet, version);
        let again = decode(&bytes, version);
        prop_assert_eq!(&again, &packet);
        prop_assert_eq!(encode(&again, version), bytes);
    }

    #[test]
    fn the_length_of_a_publish_is_known_before_it_is_encoded(
        (version, publish) in strategies::version()
            .prop_flat_map(|version| (Just(version), strategies::publish(version))),
    ) {
        let bytes = encode(&Packet::Publish(publish), version);
        prop_assert_eq!(publish.encoded_length(version), bytes.len());
    }

    /// A template gives every receiver the bytes that encoding for it alone would give.
    #[test]
    fn a_template_writes_what_encoding_writes(
        (version, publish) in strategies::version()
            .prop_flat_map(|version| (Just(version), strategies::publish(version))),
        retain: bool,
        packet_id in 1..=u16::MAX,
    ) {
        let template = PublishTemplate::new(&publish, version).expect("fits");
        let mut out = Vec::new();
        template.write(retain, packet_id, &mut out);
        prop_assert_eq!(out.len(), template.head_length());
        out.extend_from_slice(publish.payload);

        let packet_id = if publish.packet_id == 0 { 0 } else { packet_id };
        let alone = Publish { dup: false, retain, packet_id, ..publish };
        prop_assert_eq!(out, encode(&Packet::Publish(alone), version));
    }

    /// However a stream is cut, the same packets come out of it.
    #[test]
    fn packets_come_out_of_a_stream_however_it_is_cut(
        (version, packets) in strategies::version().prop_flat_map(|version| {
            (Just(version), prop::collection::vec(strategies::packet(version), 1..6))
        }),
        cuts in prop::collection::vec(1usize..40, 1..10),
    ) {
        let stream: Vec<u8> = packets.iter().flat_map(|packet| encode(packet, version)).collect();
        let (mut buffer, mut rest, mut count) = (Vec::new(), &stream[..], 0);
        for cut in cuts.iter().cycle() {
            while let Some(frame) = frame::split(&buffer, u32::MAX).expect("valid") {
                prop_assert_eq!(&Packet::decode(&frame, version).expect("valid"), &packets[count]);
                count += 1;
                let length = frame.length;
                buffer.drain(..length);
            }
            prop_assert!(frame::needed(&buffer) > buffer.len());
            if rest.is_empty() {
                break;
            }
            let (next, later) = rest.split_at(rest.len().min(*cut));
            buffer.extend_from_slice(next);
            rest = later;
        }
        prop_assert_eq!((count, buffer.len()), (packets.len(), 0));
    }
}
