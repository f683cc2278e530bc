//! EventBridge Scheduler: schedules, each with its time and target. The service `scheduler`.

mod create_schedule;
mod create_schedule_group;
mod delete_schedule;
mod delete_schedule_group;
mod get_schedule;
mod get_schedule_group;
mod list_schedule_groups;
mod list_schedules;
mod list_tags_for_resource;
mod shape;
mod tag_resource;
mod untag_resource;
mod update_schedule;
mod words;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "scheduler";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "scheduler",
    protocol: Protocol::RestJson,
    operations: &[
        Row::of::<create_schedule::CreateSchedule>(),
        Row::of::<create_schedule_group::CreateScheduleGroup>(),
        Row::of::<delete_schedule::DeleteSchedule>(),
        Row::of::<delete_schedule_group::DeleteScheduleGroup>(),
        Row::of::<get_schedule::GetSchedule>(),
        Row::of::<get_schedule_group::GetScheduleGroup>(),
        Row::of::<list_schedule_groups::ListScheduleGroups>(),
        Row::of::<list_schedules::ListSchedules>(),
        Row::of::<list_tags_for_resource::ListTagsForResource>(),
        Row::of::<tag_resource::TagResource>(),
        Row::of::<untag_resource::UntagResource>(),
        Row::of::<update_schedule::UpdateSchedule>(),
    ],
};
