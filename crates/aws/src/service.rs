//! The services of this door, and which operation of which a request is for.

use crate::error::AwsError;
use crate::head::Head;
use crate::http::is_form;
use crate::input::{Captures, match_path};
use crate::operation::Row;
use crate::query::{self, Form};
use crate::{
    cloudformation, cloudwatch_logs, dynamodb, dynamodb_streams, events, iam, iot, iot_credentials,
    iot_data, iot_jobs_data, lambda, own, scheduler, secretsmanager, sqs, ssm, sts,
    timestream_query, timestream_write,
};

/// A service: its names and its operations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service {
    /// The name that clients sign for.
    pub(crate) signing_name: &'static str,
    /// What its IAM actions begin with.
    pub(crate) action_prefix: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) operations: &'static [Row],
}

/// How operations are named and inputs written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// By method and path; errors in the header `x-amzn-errortype`.
    RestJson,
    /// By the header `x-amz-target`, with this prefix; errors in the field `__type`.
    Json10 { target_prefix: &'static str },
    /// The same, in its other version.
    Json11 { target_prefix: &'static str },
    /// By the field `Action` of a form; answers and errors in XML of this namespace.
    Query { namespace: &'static str },
}

impl Protocol {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Protocol::RestJson => "application/json",
            Protocol::Json10 { .. } => "application/x-amz-json-1.0",
            Protocol::Json11 { .. } => "application/x-amz-json-1.1",
            Protocol::Query { .. } => "text/xml",
        }
    }
}

/// Every service.
pub(crate) const SERVICES: &[Service] = &[
    cloudformation::SERVICE,
    dynamodb::SERVICE,
    dynamodb_streams::SERVICE,
    events::SERVICE,
    iam::SERVICE,
    iot::SERVICE,
    iot_credentials::SERVICE,
    iot_data::SERVICE,
    iot_jobs_data::SERVICE,
    lambda::SERVICE,
    cloudwatch_logs::SERVICE,
    own::SERVICE,
    scheduler::SERVICE,
    secretsmanager::SERVICE,
    sqs::SERVICE,
    ssm::SERVICE,
    sts::SERVICE,
    timestream_query::SERVICE,
    timestream_write::SERVICE,
];

/// The service that a signature names. Where two sign by one name, the request's target tells them
/// apart.
pub(crate) fn find(signing_name: &str, head: &Head<'_>) -> Result<&'static Service, AwsError> {
    if signing_name.eq_ignore_ascii_case(sqs::SIGNING_NAME) && speaks_old(head) {
        return Ok(&sqs::OLD_SERVICE);
    }
    let is_named = |service: &&Service| service.signing_name.eq_ignore_ascii_case(signing_name);
    let mut named = SERVICES.iter().filter(is_named);
    let first = named.next().ok_or_else(|| AwsError::unknown_service(signing_name))?;
    Ok(named.find(|service| service.is_target(head)).unwrap_or(first))
}

/// Whether a client of SQS says what it wants in a form, or in a query.
fn speaks_old(head: &Head<'_>) -> bool {
    target(head).is_empty() && (is_form(head) || head.query.contains("Action="))
}

/// The service that devices mean, who sign nothing: one of the data plane's, told by the path.
pub(crate) fn for_devices(method: &str, path: &str) -> Result<&'static Service, AwsError> {
    const SERVED: &[Service] =
        &[iot_data::SERVICE, iot_jobs_data::SERVICE, iot_credentials::SERVICE];
    let is_served = |service: &&Service| service.by_path(method, path).is_ok();
    let unknown = || AwsError::unknown_operation(&format!("{method} {path}"));
    SERVED.iter().find(is_served).ok_or_else(unknown)
}

impl Service {
    /// The operation that a request is for.
    pub(crate) fn route(
        &self,
        head: &Head<'_>,
        form: &Form,
    ) -> Result<(&'static Row, Captures), AwsError> {
        match self.protocol {
            Protocol::RestJson => self.by_path(head.method, head.path),
            Protocol::Json10 { target_prefix } | Protocol::Json11 { target_prefix } => {
                self.by_target(target_prefix, head)
            }
            Protocol::Query { .. } => self.by_action(query::action(form).unwrap_or_default()),
        }
    }

    fn by_action(&self, action: &str) -> Result<(&'static Row, Captures), AwsError> {
        let operations: &'static [Row] = self.operations;
        let row = operations.iter().find(|row| row.name == action);
        row.map(|row| (row, Captures::new())).ok_or_else(|| AwsError::unknown_action(action))
    }

    fn by_path(&self, method: &str, path: &str) -> Result<(&'static Row, Captures), AwsError> {
        let operations: &'static [Row] = self.operations;
        operations
            .iter()
            .find_map(|row| {
                let template = row.method_and_path.strip_prefix(method)?.strip_prefix(' ')?;
                Some((row, match_path(template, path)?))
            })
            .ok_or_else(|| AwsError::unknown_operation(&format!("{method} {path}")))
    }

    /// What pages and lists call it: its signing name, unless another service has the same.
    #[cfg(test)]
    pub(crate) fn title(&self) -> &'static str {
        match self.protocol {
            Protocol::Json10 { target_prefix: "DynamoDBStreams_20120810" } => "dynamodbstreams",
            Protocol::Json10 { target_prefix: timestream_write::TARGET_PREFIX } => {
                let writes = self.operations.iter().any(|row| row.name == "WriteRecords");
                if writes { "timestream-write" } else { "timestream-query" }
            }
            _ => self.signing_name,
        }
    }

    /// Whether the request names this service as its target.
    fn is_target(&self, head: &Head<'_>) -> bool {
        let (Protocol::Json10 { target_prefix } | Protocol::Json11 { target_prefix }) =
            self.protocol
        else {
            return false;
        };
        let rest = target(head).strip_prefix(target_prefix);
        let operation = rest.and_then(|rest| rest.strip_prefix('.'));
        // Two may even have their targets in common, so the operation decides.
        operation.is_some_and(|name| self.operations.iter().any(|row| row.name == name))
    }

    /// An input that is not what its operation takes, in the words of the service.
    pub(crate) fn wrong_input(
        &self,
        error: serde_path_to_error::Error<serde_json::Error>,
    ) -> AwsError {
        match self.signing_name {
            cloudwatch_logs::SIGNING_NAME => cloudwatch_logs::wrong_input(&error),
            dynamodb::SIGNING_NAME => dynamodb::wrong_input(&error),
            events::SIGNING_NAME | scheduler::SIGNING_NAME => events::wrong_input(&error),
            lambda::SIGNING_NAME => lambda::wrong_input(&error),
            secretsmanager::SIGNING_NAME => secretsmanager::wrong_input(&error),
            sqs::SIGNING_NAME => sqs::wrong_input(&error),
            ssm::SIGNING_NAME => ssm::wrong_input(&error),
            timestream_write::SIGNING_NAME => timestream_write::wrong_input(&error),
            _ => AwsError::input(error, self.protocol),
        }
    }

    fn by_target(
        &self,
        prefix: &str,
        head: &Head<'_>,
    ) -> Result<(&'static Row, Captures), AwsError> {
        let target = target(head);
        let name = target.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
        let operations: &'static [Row] = self.operations;
        operations
            .iter()
            .find(|row| Some(row.name) == name)
            .map(|row| (row, Captures::new()))
            .ok_or_else(|| AwsError::unknown_operation(target))
    }
}

fn target<'a>(head: &Head<'a>) -> &'a str {
    head.first("x-amz-target").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS's operations of a service, which a test of real clients compares with AWS's own model;
    /// none for our own service.
    fn known(signing_name: &str) -> Vec<&'static str> {
        let names = match signing_name {
            "cloudformation" => include_str!("../operations/cloudformation.txt"),
            "dynamodb" => include_str!("../operations/dynamodb.txt"),
            "dynamodbstreams" => include_str!("../operations/dynamodbstreams.txt"),
            "events" => include_str!("../operations/events.txt"),
            "iam" => include_str!("../operations/iam.txt"),
            "iot" => include_str!("../operations/iot.txt"),
            "iot-jobs-data" => include_str!("../operations/iot-jobs-data.txt"),
            "iotdata" => include_str!("../operations/iotdata.txt"),
            "lambda" => include_str!("../operations/lambda.txt"),
            "logs" => include_str!("../operations/logs.txt"),
            "scheduler" => include_str!("../operations/scheduler.txt"),
            "secretsmanager" => include_str!("../operations/secretsmanager.txt"),
            "sqs" => include_str!("../operations/sqs.txt"),
            "ssm" => include_str!("../operations/ssm.txt"),
            "s3" => include_str!("../operations/s3.txt"),
            "sts" => include_str!("../operations/sts.txt"),
            "timestream-query" => include_str!("../operations/timestream-query.txt"),
            "timestream-write" => include_str!("../operations/timestream-write.txt"),
            // What AWS has no model for.
            "iot-credentials" | "thingstead" => "",
            other => panic!("the operations of {other} are not listed"),
        };
        names.lines().collect()
    }

    /// The parameters of served operations that are refused, as the test of real clients finds them
    /// out: `iot CreateThing billingGroupName`.
    fn refused(signing_name: &str, operation: &str) -> Vec<&'static str> {
        let all = include_str!("../operations/refused.txt").lines();
        let of_operation = all.filter_map(|line| {
            let mut words = line.split(' ');
            let is_of = words.next() == Some(signing_name) && words.next() == Some(operation);
            words.next().filter(|_| is_of)
        });
        of_operation.collect()
    }

    /// The page that a caller of an unknown operation is pointed to.
    fn coverage() -> String {
        let mut page = "# What is served\n\nWritten from the tables by a test of `crates/aws`, and \
                        compared with AWS's own models by `clients/python/test_coverage.py`. An \
                        operation that is not served is answered with \
                        `UnknownOperationException`, and a parameter that is not, with an error that \
                        names it.\n"
            .to_owned();
        for service in SERVICES {
            page.push_str(&coverage_of(service));
        }
        page.push_str(&coverage_of_s3());
        page
    }

    fn coverage_of_s3() -> String {
        let name = crate::s3::SIGNING_NAME;
        let rows = crate::s3::ROWS.iter().map(|row| (row.name, row.way())).collect();
        listed(name, rows)
    }

    fn coverage_of(service: &Service) -> String {
        let rows = service.operations.iter();
        listed(
            service.title(),
            rows.map(|row| (row.name, row.method_and_path.to_owned())).collect(),
        )
    }

    /// Operations with the ways to them.
    fn listed(name: &str, mut rows: Vec<(&'static str, String)>) -> String {
        let served: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
        let known = known(name);
        let missing: Vec<&str> =
            known.iter().copied().filter(|operation| !served.contains(operation)).collect();
        let of_all = match known.len() {
            0 => String::new(),
            all => format!(" ({} of {all})", served.len()),
        };
        let mut text = format!("\n## {name}{of_all}\n\n");
        rows.sort();
        for (operation, way) in rows {
            let refused = refused(name, operation);
            let but = match refused[..] {
                [] => String::new(),
                _ => format!(" (without {})", refused.join(", ")),
            };
            let way = match &*way {
                "" => String::new(),
                way => format!(": `{way}`"),
            };
            text.push_str(&format!("- {operation}{way}{but}\n"));
        }
        if !missing.is_empty() {
            text.push_str(&format!("\nNot served: {}.\n", missing.join(", ")));
        }
        text
    }

    #[test]
    fn operations_have_the_names_that_aws_gave_them() {
        for service in SERVICES.iter().filter(|service| !known(service.title()).is_empty()) {
            let known = known(service.title());
            for row in service.operations {
                assert!(known.contains(&row.name), "{} {}", service.signing_name, row.name);
            }
        }
        let known = known(crate::s3::SIGNING_NAME);
        assert!(crate::s3::ROWS.iter().all(|row| known.contains(&row.name)));
    }

    #[test]
    fn the_coverage_page_is_true() {
        expect_test::expect_file!["../../../docs/aws-coverage.md"].assert_eq(&coverage());
    }

    #[test]
    fn each_operation_has_a_way_to_it_and_no_other_has_the_same() {
        for service in SERVICES {
            let mut ways: Vec<&str> = service
                .operations
                .iter()
                .map(|row| match service.protocol {
                    Protocol::RestJson => row.method_and_path,
                    Protocol::Json10 { .. } | Protocol::Json11 { .. } | Protocol::Query { .. } => {
                        row.name
                    }
                })
                .collect();
            assert!(ways.iter().all(|way| !way.is_empty()));
            let count = ways.len();
            ways.sort_unstable();
            ways.dedup();
            assert_eq!(ways.len(), count, "{}", service.signing_name);
        }
    }
}
