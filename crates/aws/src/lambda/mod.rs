//! AWS Lambda: functions, their versions, aliases, layers, permissions and event sources. The service
//! `lambda`.

mod add_permission;
mod alias_shape;
mod code;
mod concurrency;
mod create_alias;
mod create_event_source_mapping;
mod create_function;
mod delete_alias;
mod delete_event_source_mapping;
mod delete_function;
mod delete_function_concurrency;
mod delete_function_event_invoke_config;
mod delete_layer_version;
mod get_account_settings;
mod get_alias;
mod get_event_source_mapping;
mod get_function;
mod get_function_code_signing_config;
mod get_function_concurrency;
mod get_function_configuration;
mod get_function_event_invoke_config;
mod get_function_recursion_config;
mod get_layer_version;
mod get_policy;
mod get_runtime_management_config;
mod invoke;
mod invoke_config_shape;
mod layer_shape;
mod list_aliases;
mod list_event_source_mappings;
mod list_function_event_invoke_configs;
mod list_functions;
mod list_layer_versions;
mod list_layers;
mod list_tags;
mod list_versions_by_function;
mod mapping_shape;
mod publish_layer_version;
mod publish_version;
mod put_function_concurrency;
mod put_function_event_invoke_config;
mod remove_permission;
mod shape;
mod tag_resource;
mod tagged;
mod untag_resource;
mod update_alias;
mod update_event_source_mapping;
mod update_function_code;
mod update_function_configuration;
mod update_function_event_invoke_config;
mod words;

pub(crate) use self::code::{body_max, follow_link, followed_link, is_link};
pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "lambda";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "lambda",
    protocol: Protocol::RestJson,
    operations: &[
        Row::of::<add_permission::AddPermission>(),
        Row::of::<create_alias::CreateAlias>(),
        Row::of::<create_event_source_mapping::CreateEventSourceMapping>(),
        Row::of::<create_function::CreateFunction>(),
        Row::of::<delete_alias::DeleteAlias>(),
        Row::of::<delete_event_source_mapping::DeleteEventSourceMapping>(),
        Row::of::<delete_function::DeleteFunction>(),
        Row::of::<delete_function_concurrency::DeleteFunctionConcurrency>(),
        Row::of::<delete_function_event_invoke_config::DeleteFunctionEventInvokeConfig>(),
        Row::of::<delete_layer_version::DeleteLayerVersion>(),
        Row::of::<get_account_settings::GetAccountSettings>(),
        Row::of::<get_alias::GetAlias>(),
        Row::of::<get_event_source_mapping::GetEventSourceMapping>(),
        Row::of::<get_function::GetFunction>(),
        Row::of::<get_function_code_signing_config::GetFunctionCodeSigningConfig>(),
        Row::of::<get_function_concurrency::GetFunctionConcurrency>(),
        Row::of::<get_function_configuration::GetFunctionConfiguration>(),
        Row::of::<get_function_event_invoke_config::GetFunctionEventInvokeConfig>(),
        Row::of::<get_function_recursion_config::GetFunctionRecursionConfig>(),
        Row::of::<get_layer_version::GetLayerVersion>(),
        Row::of::<get_policy::GetPolicy>(),
        Row::of::<get_runtime_management_config::GetRuntimeManagementConfig>(),
        Row::of::<invoke::Invoke>(),
        Row::of::<list_aliases::ListAliases>(),
        Row::of::<list_event_source_mappings::ListEventSourceMappings>(),
        Row::of::<list_function_event_invoke_configs::ListFunctionEventInvokeConfigs>(),
        Row::of::<list_functions::ListFunctions>(),
        Row::of::<list_layer_versions::ListLayerVersions>(),
        Row::of::<list_layers::ListLayers>(),
        Row::of::<list_tags::ListTags>(),
        Row::of::<list_versions_by_function::ListVersionsByFunction>(),
        Row::of::<publish_layer_version::PublishLayerVersion>(),
        Row::of::<publish_version::PublishVersion>(),
        Row::of::<put_function_concurrency::PutFunctionConcurrency>(),
        Row::of::<put_function_event_invoke_config::PutFunctionEventInvokeConfig>(),
        Row::of::<remove_permission::RemovePermission>(),
        Row::of::<tag_resource::TagResource>(),
        Row::of::<untag_resource::UntagResource>(),
        Row::of::<update_alias::UpdateAlias>(),
        Row::of::<update_event_source_mapping::UpdateEventSourceMapping>(),
        Row::of::<update_function_code::UpdateFunctionCode>(),
        Row::of::<update_function_configuration::UpdateFunctionConfiguration>(),
        Row::of::<update_function_event_invoke_config::UpdateFunctionEventInvokeConfig>(),
    ],
};
