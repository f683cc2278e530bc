//! AWS::IoT::BillingGroup

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, camel};
use crate::cloudformation::resources::deed::{Deed, attribute, made, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct BillingGroup;

impl Deed for BillingGroup {
    const KIND: &'static str = "AWS::IoT::BillingGroup";
    const CHANGED: &'static [&'static str] = &["BillingGroupProperties", "Tags"];
    const REPLACED: &'static [&'static str] = &["BillingGroupName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "BillingGroupName", 128);
        let input = json!({
            "billingGroupName": name, "billingGroupProperties": properties(want), "tags": want.tags(),
        });
        desk.make(want, "iot", "CreateBillingGroup", input).await?;
        shown(desk, name).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let input = json!({ "billingGroupName": name, "billingGroupProperties": properties(want) });
        desk.ask("iot", "UpdateBillingGroup", input).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let input = json!({ "billingGroupName": made.physical_id });
        desk.take("iot", "DeleteBillingGroup", input).await
    }
}

fn properties(want: &Wanted<'_>) -> Value {
    match want.get("BillingGroupProperties") {
        Value::Null => json!({}),
        given => camel(&given),
    }
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let input = json!({ "billingGroupName": name });
    let answer = desk.ask("iot", "DescribeBillingGroup", input).await?;
    let attributes =
        [("Arn", said(&answer, "/billingGroupArn")), ("Id", said(&answer, "/billingGroupId"))];
    Ok(made(name.clone(), name, attributes))
}
