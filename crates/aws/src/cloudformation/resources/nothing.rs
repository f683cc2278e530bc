//! Kinds that are nothing but a name: what CDK says of itself, and handles that others wait at.

use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::error::AwsError;

pub(crate) struct CdkMetadata;

pub(crate) struct WaitConditionHandle;

impl Deed for CdkMetadata {
    const KIND: &'static str = "AWS::CDK::Metadata";
    const CHANGED: &'static [&'static str] = &["Analytics"];
    const REPLACED: &'static [&'static str] = &[];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        named(desk, want)
    }

    async fn update(_desk: &Desk, made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Ok(made.clone())
    }

    async fn delete(_desk: &Desk, _made: &Made) -> Result<(), AwsError> {
        Ok(())
    }
}

impl Deed for WaitConditionHandle {
    const KIND: &'static str = "AWS::CloudFormation::WaitConditionHandle";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &[];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        named(desk, want)
    }

    async fn update(_desk: &Desk, made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Ok(made.clone())
    }

    async fn delete(_desk: &Desk, _made: &Made) -> Result<(), AwsError> {
        Ok(())
    }
}

fn named(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
    let name = desk.name(want, "", 128);
    Ok(made(name.clone(), name, []))
}
