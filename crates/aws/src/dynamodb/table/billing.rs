//! How tables are paid for: kept and shown as AWS does it, and not enforced.

use serde::{Deserialize, Serialize};
use tables::{Billing, BillingMode, IndexBilling, OnDemand, Throughput};

use crate::dynamodb::input::wire_words;
use crate::dynamodb::words::{constraint, validation};
use crate::error::AwsError;

wire_words! {
    BillingModeWord at "billingMode" {
        Provisioned = "PROVISIONED", PayPerRequest = "PAY_PER_REQUEST",
    }
}

/// AWS's limit.
const UNITS_MAX: i64 = 1_000_000_000_000;
/// What AWS says of a table that is paid for by request and was not warmed.
const WARM_READS: u64 = 12_000;
const WARM_WRITES: u64 = 4_000;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ProvisionedThroughput {
    read_capacity_units: i64,
    write_capacity_units: i64,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct OnDemandThroughput {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_read_request_units: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_write_request_units: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct WarmThroughput {
    read_units_per_second: Option<i64>,
    write_units_per_second: Option<i64>,
}

impl ProvisionedThroughput {
    pub(super) fn throughput(self) -> Result<Throughput, AwsError> {
        let units = |units: i64, name: &str| {
            if units > UNITS_MAX {
                return Err(validation(format!("Given value {units} for {name} is out of bounds")));
            }
            u64::try_from(units).ok().filter(|units| *units > 0).ok_or_else(|| {
                let at = format!("provisionedThroughput.{}", lower(name));
                let what = "Member must have value greater than or equal to 1";
                validation(constraint(&units.to_string(), &at, what))
            })
        };
        Ok(Throughput {
            read_units: units(self.read_capacity_units, "ReadCapacityUnits")?,
            write_units: units(self.write_capacity_units, "WriteCapacityUnits")?,
        })
    }
}

fn lower(name: &str) -> String {
    name[..1].to_lowercase() + &name[1..]
}

impl OnDemandThroughput {
    pub(super) fn on_demand(self) -> OnDemand {
        OnDemand {
            read_units_max: self.max_read_request_units,
            write_units_max: self.max_write_request_units,
        }
    }

    pub(super) fn of(it: OnDemand) -> OnDemandThroughput {
        OnDemandThroughput {
            max_read_request_units: it.read_units_max,
            max_write_request_units: it.write_units_max,
        }
    }
}

impl WarmThroughput {
    pub(super) fn throughput(self) -> Result<Throughput, AwsError> {
        let units = |units: Option<i64>, otherwise: u64, name: &str| match units {
            None => Ok(otherwise),
            Some(units) => u64::try_from(units).map_err(|_| {
                let what = "Member must have value greater than or equal to 1";
                let at = format!("warmThroughput.{name}");
                validation(constraint(&units.to_string(), &at, what))
            }),
        };
        Ok(Throughput {
            read_units: units(self.read_units_per_second, WARM_READS, "readUnitsPerSecond")?,
            write_units: units(self.write_units_per_second, WARM_WRITES, "writeUnitsPerSecond")?,
        })
    }
}

/// What a table was warmed to, or what AWS says of one that was not.
pub(super) fn shown_warm(
    mode: BillingMode,
    throughput: Throughput,
    warm: Option<Throughput>,
) -> Throughput {
    match (warm, mode) {
        (Some(warm), _) => warm,
        (None, BillingMode::Provisioned) => throughput,
        (None, BillingMode::PayPerRequest) => {
            Throughput { read_units: WARM_READS, write_units: WARM_WRITES }
        }
    }
}

const INVALID: &str = "One or more parameter values were invalid:";

pub(super) fn billing(
    mode: Option<BillingModeWord>,
    provisioned: Option<ProvisionedThroughput>,
    on_demand: Option<OnDemandThroughput>,
    warm: Option<WarmThroughput>,
) -> Result<Billing, AwsError> {
    let mode = match mode {
        Some(BillingModeWord::PayPerRequest) => BillingMode::PayPerRequest,
        Some(BillingModeWord::Provisioned) | None => BillingMode::Provisioned,
    };
    let throughput = match (mode, provisioned) {
        (BillingMode::PayPerRequest, Some(_)) => {
            return Err(validation(format!(
                "{INVALID} Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                 BillingMode is PAY_PER_REQUEST"
            )));
        }
        (BillingMode::PayPerRequest, None) => Throughput::default(),
        (BillingMode::Provisioned, Some(provisioned)) => provisioned.throughput()?,
        (BillingMode::Provisioned, None) => {
            return Err(validation(format!(
                "{INVALID} ReadCapacityUnits and WriteCapacityUnits must both be specified when \
                 BillingMode is PROVISIONED"
            )));
        }
    };
    Ok(Billing {
        mode,
        throughput,
        on_demand: on_demand.map(OnDemandThroughput::on_demand),
        warm: warm.map(WarmThroughput::throughput).transpose()?,
        on_demand_since: None,
        increased_at: None,
        decreased_at: None,
    })
}

pub(super) fn index_billing(
    provisioned: Option<ProvisionedThroughput>,
    on_demand: Option<OnDemandThroughput>,
    warm: Option<WarmThroughput>,
) -> Result<IndexBilling, AwsError> {
    Ok(IndexBilling {
        throughput: provisioned
            .map(ProvisionedThroughput::throughput)
            .transpose()?
            .unwrap_or_default(),
        on_demand: on_demand.map(OnDemandThroughput::on_demand),
        warm: warm.map(WarmThroughput::throughput).transpose()?,
    })
}
