//! Systems Manager's Parameter Store. The service `ssm`.

mod add_tags_to_resource;
mod delete_parameter;
mod delete_parameters;
mod describe_parameters;
mod filter;
mod get_parameter;
mod get_parameter_history;
mod get_parameters;
mod get_parameters_by_path;
mod label_parameter_version;
mod list_tags_for_resource;
mod put_parameter;
mod remove_tags_from_resource;
mod unlabel_parameter_version;
mod words;

pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "ssm";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "ssm",
    protocol: Protocol::Json11 { target_prefix: "AmazonSSM" },
    operations: &[
        Row::of::<add_tags_to_resource::AddTagsToResource>(),
        Row::of::<delete_parameter::DeleteParameter>(),
        Row::of::<delete_parameters::DeleteParameters>(),
        Row::of::<describe_parameters::DescribeParameters>(),
        Row::of::<get_parameter::GetParameter>(),
        Row::of::<get_parameter_history::GetParameterHistory>(),
        Row::of::<get_parameters::GetParameters>(),
        Row::of::<get_parameters_by_path::GetParametersByPath>(),
        Row::of::<label_parameter_version::LabelParameterVersion>(),
        Row::of::<list_tags_for_resource::ListTagsForResource>(),
        Row::of::<put_parameter::PutParameter>(),
        Row::of::<remove_tags_from_resource::RemoveTagsFromResource>(),
        Row::of::<unlabel_parameter_version::UnlabelParameterVersion>(),
    ],
};
