//! What AWS has no operation for: the service `thingstead`, json 1.0, signed like all others.

mod add_device;
mod backup;
mod census;
mod connections;
mod create_console_link;
mod delete_dashboard;
mod device;
mod doctor;
mod explain;
mod get_dashboard;
mod list_dashboards;
mod list_devices;
mod list_jobs;
mod list_recordings;
mod metrics;
mod next_runs;
mod overview;
mod own_certificates;
mod problems;
mod put_dashboard;
mod recorded;
mod replay_rule;
mod rule_counters;
mod show_job;
mod start_recording;
mod stop_recording;
mod story;
mod tail;
mod test_rule;
mod test_rule_on_recorded;
mod try_policy;

pub use self::tail::Taps;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "thingstead",
    action_prefix: "thingstead",
    protocol: Protocol::Json10 { target_prefix: "Thingstead" },
    operations: &[
        Row::of::<add_device::AddDevice>(),
        Row::of::<backup::Backup>(),
        Row::of::<connections::Connections>(),
        Row::of::<create_console_link::CreateConsoleLink>(),
        Row::of::<delete_dashboard::DeleteDashboard>(),
        Row::of::<device::DeactivateDevice>(),
        Row::of::<device::RemoveDevice>(),
        Row::of::<device::ShowDevice>(),
        Row::of::<list_devices::ListDevices>(),
        Row::of::<list_jobs::ListJobs>(),
        Row::of::<show_job::ShowJob>(),
        Row::of::<doctor::Doctor>(),
        Row::of::<explain::Explain>(),
        Row::of::<get_dashboard::GetDashboard>(),
        Row::of::<list_dashboards::ListDashboards>(),
        Row::of::<metrics::Metrics>(),
        Row::of::<next_runs::NextRuns>(),
        Row::of::<overview::Overview>(),
        Row::of::<put_dashboard::PutDashboard>(),
        Row::of::<start_recording::StartRecording>(),
        Row::of::<stop_recording::StopRecording>(),
        Row::of::<list_recordings::ListRecordings>(),
        Row::of::<replay_rule::ReplayRule>(),
        Row::of::<rule_counters::RuleCounters>(),
        Row::of::<story::Stories>(),
        Row::of::<tail::Tail>(),
        Row::of::<test_rule::TestRule>(),
        Row::of::<test_rule_on_recorded::TestRuleOnRecorded>(),
        Row::of::<try_policy::TryPolicy>(),
    ],
};
