//! The devices' keys, and the certificates that the stack made of their requests.

use anyhow::{Context, Result};
use house_simulator::{DEVICES, Identity, Key, request_parameter};

use crate::client::{Call, Client};
use crate::commands::text;

/// Keys that have no certificate yet, in the order of [`DEVICES`].
pub(super) struct Keys(Vec<Key>);

impl Keys {
    pub(super) fn generate() -> Result<Keys> {
        Ok(Keys(DEVICES.iter().map(|device| Key::generate(device)).collect::<Result<_, _>>()?))
    }

    /// The template's parameters.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let named = DEVICES.iter().zip(&self.0);
        named.map(|(device, key)| (request_parameter(device), key.request_pem.clone())).collect()
    }

    /// With the certificates that the stack tells of.
    pub(super) async fn certified(
        self,
        client: &Client,
        outputs: &[(String, String)],
    ) -> Result<[Identity; 6]> {
        let mut identities = Vec::new();
        for (device, key) in DEVICES.iter().zip(self.0) {
            let output = request_parameter(device).replace("Request", "CertificateId");
            let id = outputs.iter().find(|(name, _)| *name == output);
            let (_, id) = id.with_context(|| format!("the stack has no output {output}"))?;
            let certificate_pem = certificate(client, id).await?;
            identities.push(Identity { certificate_pem, private_pem: key.private_pem });
        }
        Ok(identities.try_into().expect("one for each of the devices"))
    }
}

async fn certificate(client: &Client, id: &str) -> Result<String> {
    let path = format!("/certificates/{id}");
    let (service, method) = ("iot", "GET");
    let call = Call { service, method, path: &path, query: "", headers: &[], body: None };
    let answer = client.call(&call).await?;
    Ok(text(&answer["certificateDescription"], "certificatePem").to_owned())
}
