//! Layers: code that functions share, in versions that never change.

use model::LayerName;
use records::{Page, Record, decode, encode, find, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::code::{Code, NewCode};
use crate::error::BlueprintError;
use crate::key::{LAYER_VERSIONS, LAYERS, numbered};
use crate::store::Blueprints;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerVersion {
    pub name: LayerName,
    pub number: u64,
    pub code: Code,
    pub description: String,
    pub license: Option<String>,
    pub runtimes: Vec<String>,
    pub architectures: Vec<String>,
    pub created_at: UnixMillis,
}

/// A version that is to be made.
#[derive(Debug)]
pub struct NewLayerVersion {
    pub name: LayerName,
    pub code: NewCode,
    pub description: String,
    pub license: Option<String>,
    pub runtimes: Vec<String>,
    pub architectures: Vec<String>,
}

/// What is kept of a layer itself, so that no number is given twice.
#[derive(Serialize, Deserialize)]
struct Layer {
    last_number: u64,
}

impl Record for LayerVersion {
    const VERSION: u8 = 1;
}

impl Record for Layer {
    const VERSION: u8 = 1;
}

impl Blueprints {
    /// `arn:aws:lambda:REGION:ACCOUNT:layer:NAME[:NUMBER]`
    pub fn layer_arn(&self, name: &LayerName, number: Option<u64>) -> String {
        let number = number.map_or_else(String::new, |number| format!(":{number}"));
        self.home.lambda(&format!("layer:{name}{number}")).to_string()
    }

    pub async fn publish_layer(
        &self,
        new: NewLayerVersion,
        now: UnixMillis,
    ) -> Result<LayerVersion, BlueprintError> {
        let NewLayerVersion { name, code, description, license, runtimes, architectures } = new;
        let mut version = LayerVersion {
            name,
            number: 0,
            code: code.code().clone(),
            description,
            license,
            runtimes,
            architectures,
            created_at: now,
        };
        self.decide(move |present| {
            let name = version.name.as_str();
            let layer = present.get(LAYERS, name.as_bytes())?;
            let layer = layer.map(|bytes| decode::<Layer>(&bytes)).transpose()?;
            version.number = layer.map_or(0, |layer| layer.last_number) + 1;
            present.put(LAYERS, name, encode(&Layer { last_number: version.number }));
            present.put(LAYER_VERSIONS, numbered(name, version.number), encode(&version));
            Ok(version)
        })
        .await
    }

    pub fn layer_version(
        &self,
        name: &LayerName,
        number: u64,
    ) -> Result<LayerVersion, BlueprintError> {
        let key = numbered(name.as_str(), number);
        let found = find::<LayerVersion>(&self.snapshot(), LAYER_VERSIONS, &key)?;
        let what = "The resource you requested does not exist.".to_owned();
        Ok(found.ok_or(BlueprintError::Nothing { what })?.record)
    }

    /// The version that an ARN names, whatever its region and account.
    pub fn layer_of_arn(&self, arn: &str) -> Result<LayerVersion, BlueprintError> {
        let unfit = || BlueprintError::unfit(format!("Layer version {arn} does not exist."));
        let mut parts = arn.split(':').skip(5);
        let (Some("layer"), Some(name), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unfit());
        };
        let name = LayerName::new(name).map_err(|_| unfit())?;
        let number = number.parse().map_err(|_| unfit())?;
        self.layer_version(&name, number).map_err(|error| match error {
            BlueprintError::Nothing { .. } => unfit(),
            other => other,
        })
    }

    /// Versions of a layer, the oldest first.
    pub fn layer_versions(
        &self,
        name: &LayerName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<LayerVersion>, BlueprintError> {
        let prefix = format!("{name}/");
        let read = |_: &str, value: &bytes::Bytes| decode(value);
        Ok(page(&self.snapshot(), LAYER_VERSIONS, &prefix, after, limit, read)?)
    }

    /// The newest version of each layer that has one.
    pub fn layers(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<LayerVersion>, BlueprintError> {
        let names = page(&self.snapshot(), LAYERS, "", after, limit, |name, value| {
            let name = LayerName::new(name).map_err(|_| records::RecordError::Key)?;
            Ok((name, decode::<Layer>(value)?.last_number))
        })?;
        let mut items = Vec::new();
        for (name, last) in &names.items {
            let newest = (1..=*last).rev().find_map(|number| self.layer_version(name, number).ok());
            items.extend(newest);
        }
        Ok(Page { items, next: names.next })
    }

    /// Functions that have it keep it. Deleting what is not there is no error.
    pub async fn delete_layer_version(
        &self,
        name: &LayerName,
        number: u64,
    ) -> Result<(), BlueprintError> {
        let key = numbered(name.as_str(), number);
        self.decide(move |present| {
            present.delete(LAYER_VERSIONS, key);
            Ok(())
        })
        .await?;
        self.sweep_code().await;
        Ok(())
    }
}
