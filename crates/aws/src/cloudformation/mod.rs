//! CloudFormation: stacks of resources, made of templates. The service `cloudformation`.
//!
//! Operations write down what a stack is to be (`begin`); a worker makes it so (`work`, `reconcile`), resource by
//! resource, by the same operations that everybody may call (`desk`, `resources`).

mod about;
mod answer_link;
mod begin;
mod cancel_update_stack;
mod continue_update_rollback;
mod create_change_set;
mod create_stack;
mod delete_change_set;
mod delete_stack;
mod describe_change_set;
mod describe_stack_events;
mod describe_stack_resource;
mod describe_stack_resources;
mod describe_stacks;
mod desk;
mod errors;
mod execute_change_set;
mod get_template;
mod get_template_summary;
mod inline_code;
mod list_change_sets;
mod list_exports;
mod list_imports;
mod list_stack_resources;
mod list_stacks;
mod macros;
mod principal;
mod reconcile;
mod report;
mod resource;
mod resources;
mod rollback_stack;
mod shape;
mod source;
mod trade;
mod update_stack;
mod update_termination_protection;
mod validate_template;
mod wish;
mod work;
mod world;

pub(crate) use answer_link::{answer, answered_link};
pub use work::work_on_stacks;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "cloudformation",
    action_prefix: "cloudformation",
    protocol: Protocol::Query { namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/" },
    operations: OPERATIONS,
};

const OPERATIONS: &[Row] = &[
    Row::of::<cancel_update_stack::CancelUpdateStack>(),
    Row::of::<continue_update_rollback::ContinueUpdateRollback>(),
    Row::of::<create_change_set::CreateChangeSet>(),
    Row::of::<create_stack::CreateStack>(),
    Row::of::<delete_change_set::DeleteChangeSet>(),
    Row::of::<delete_stack::DeleteStack>(),
    Row::of::<describe_change_set::DescribeChangeSet>(),
    Row::of::<describe_stack_events::DescribeStackEvents>(),
    Row::of::<describe_stack_resource::DescribeStackResource>(),
    Row::of::<describe_stack_resources::DescribeStackResources>(),
    Row::of::<describe_stacks::DescribeStacks>(),
    Row::of::<execute_change_set::ExecuteChangeSet>(),
    Row::of::<get_template::GetTemplate>(),
    Row::of::<get_template_summary::GetTemplateSummary>(),
    Row::of::<list_change_sets::ListChangeSets>(),
    Row::of::<list_exports::ListExports>(),
    Row::of::<list_imports::ListImports>(),
    Row::of::<list_stack_resources::ListStackResources>(),
    Row::of::<list_stacks::ListStacks>(),
    Row::of::<rollback_stack::RollbackStack>(),
    Row::of::<update_stack::UpdateStack>(),
    Row::of::<update_termination_protection::UpdateTerminationProtection>(),
    Row::of::<validate_template::ValidateTemplate>(),
];
