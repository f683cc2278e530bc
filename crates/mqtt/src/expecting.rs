//! Which packets may come, by how far the connection is.

use crate::packet_type::PacketType::{
    self, Auth, ConnAck, Connect, Disconnect, PingReq, PingResp, PubAck, PubComp, PubRec, PubRel,
    Publish, SubAck, Subscribe, UnsubAck, Unsubscribe,
};
use crate::packet_type::Places;
use crate::protocol::ProtocolError;

/// A server goes from `Connect`, perhaps through `Authentication`, to `FromClient`; a client from
/// `ConnAck` to `FromServer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expecting {
    /// The first packet from a client is CONNECT, and no other is [MQTT-3.1.0-1, MQTT-3.1.0-2].
    Connect,
    /// The client named an authentication method: nothing but AUTH and DISCONNECT comes before
    /// our CONNACK [MQTT-3.1.2-30].
    Authentication,
    /// Anything that a client may send. Packets that only a server sends are a protocol error
    /// (CVE-2021-28166).
    FromClient,
    /// The first packet from a server is CONNACK [MQTT-3.2.0-1]. We name no authentication method,
    /// so no AUTH comes before it.
    ConnAck,
    FromServer,
}

impl Expecting {
    pub fn check(self, packet: PacketType) -> Result<(), ProtocolError> {
        if self.packets().holds(Places::of(&[packet])) {
            Ok(())
        } else {
            Err(ProtocolError::Unexpected { packet })
        }
    }

    fn packets(self) -> Places {
        match self {
            Expecting::Connect => const { Places::of(&[Connect]) },
            Expecting::Authentication => const { Places::of(&[Auth, Disconnect]) },
            Expecting::FromClient => {
                const {
                    let others = [Subscribe, Unsubscribe, PingReq];
                    BOTH_WAYS.and(Places::of(&others))
                }
            }
            Expecting::ConnAck => const { Places::of(&[ConnAck]) },
            Expecting::FromServer => {
                const {
                    let others = [SubAck, UnsubAck, PingResp];
                    BOTH_WAYS.and(Places::of(&others))
                }
            }
        }
    }
}

const BOTH_WAYS: Places = Places::of(&[Publish, PubAck, PubRec, PubRel, PubComp, Disconnect, Auth]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_begins_with_connect_and_has_one() {
        assert_eq!(Expecting::Connect.check(Connect), Ok(()));
        let refused = |packet| Err(ProtocolError::Unexpected { packet });
        assert_eq!(Expecting::Connect.check(Publish), refused(Publish));
        assert_eq!(Expecting::FromClient.check(Connect), refused(Connect));
    }

    #[test]
    fn packets_of_the_server_do_not_come_from_a_client() {
        for packet in [ConnAck, SubAck, UnsubAck, PingResp] {
            assert!(Expecting::FromClient.check(packet).is_err(), "{packet}");
        }
        for packet in [Subscribe, Unsubscribe, PingReq, Connect, ConnAck] {
            assert!(Expecting::FromServer.check(packet).is_err(), "{packet}");
        }
    }

    #[test]
    fn during_authentication_nothing_else_comes() {
        assert_eq!(Expecting::Authentication.check(Auth), Ok(()));
        assert!(Expecting::Authentication.check(Publish).is_err());
    }
}
