//! Clients whom a custom authorizer vouches for: it is asked anew as often as it wants to be.

use std::sync::Arc;
use std::time::Duration;

use broker::{Claims, Visitor};
use fleet::{Fleet, Judged, Shown, ShownHttp, ShownMqtt};
use model::Principal;
use tokio::task::JoinHandle;

use crate::house::Device;

/// What a client said of itself, to be said again.
#[derive(Debug)]
pub(crate) struct Said {
    claims: Claims,
    client_id: String,
    user_name: Option<String>,
    password: Option<Vec<u8>>,
}

impl Said {
    pub(crate) fn of(visitor: &Visitor<'_>, claims: &Claims) -> Said {
        Said {
            claims: claims.clone(),
            client_id: visitor.client_id.to_string(),
            user_name: visitor.user_name.map(str::to_owned),
            password: visitor.password.map(<[u8]>::to_vec),
        }
    }

    pub(crate) fn shown(&self) -> Shown<'_> {
        let http = self.claims.request.as_ref();
        Shown {
            server_name: self.claims.server_name.as_deref(),
            http: http
                .map(|request| ShownHttp { headers: &request.headers, query: &request.query }),
            mqtt: Some(ShownMqtt {
                user_name: self.user_name.as_deref(),
                password: self.password.as_deref(),
                client_id: Some(&self.client_id),
            }),
        }
    }
}

/// What such a client may do. The asking ends with it.
#[derive(Debug)]
pub(crate) struct Vouched {
    device: Device,
    asking: JoinHandle<()>,
}

impl Vouched {
    pub(crate) fn new(fleet: Fleet, judged: Judged, said: Said) -> Vouched {
        let device = Device(Arc::clone(&judged.authority));
        Vouched { device, asking: tokio::spawn(ask_again(fleet, judged, said)) }
    }
}

impl Drop for Vouched {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

async fn ask_again(fleet: Fleet, judged: Judged, said: Said) {
    let mut wait: Option<Duration> = Some(judged.refresh_after);
    while let Some(refresh_after) = wait {
        tokio::time::sleep(refresh_after).await;
        wait = fleet.judge_again(&judged, &said.shown()).await;
    }
}

impl broker::Authority for Vouched {
    fn principal(&self) -> &Principal {
        self.device.principal()
    }

    fn is_valid(&self) -> bool {
        self.device.is_valid()
    }

    fn may_publish(&self, topic: &str) -> bool {
        self.device.may_publish(topic)
    }

    fn may_retain(&self, topic: &str) -> bool {
        self.device.may_retain(topic)
    }

    fn may_subscribe(&self, filter: &str) -> bool {
        self.device.may_subscribe(filter)
    }

    fn may_receive(&self, topic: &str) -> bool {
        self.device.may_receive(topic)
    }
}
