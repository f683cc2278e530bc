//! What a topic below `$aws/things/{thing}/jobs/` asks for.

use model::JobId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobsRequest {
    GetPending,
    StartNext,
    Describe(JobRef),
    Update(JobId),
}

/// A job, or whichever is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobRef {
    Next,
    Job(JobId),
}

impl JobsRequest {
    /// Nothing if it asks for nothing, as answers and notices do.
    pub fn parse(rest: &str) -> Option<JobsRequest> {
        match rest.split_once('/') {
            None if rest == "get" => Some(JobsRequest::GetPending),
            None if rest == "start-next" => Some(JobsRequest::StartNext),
            Some((job, "get")) => JobRef::parse(job).map(JobsRequest::Describe),
            Some((job, "update")) => JobId::new(job).ok().map(JobsRequest::Update),
            _ => None,
        }
    }

    /// What [`JobsRequest::parse`] reads.
    pub(super) fn rest(&self) -> String {
        match self {
            JobsRequest::GetPending => "get".to_owned(),
            JobsRequest::StartNext => "start-next".to_owned(),
            JobsRequest::Describe(JobRef::Next) => "$next/get".to_owned(),
            JobsRequest::Describe(JobRef::Job(id)) => format!("{id}/get"),
            JobsRequest::Update(id) => format!("{id}/update"),
        }
    }
}

impl JobRef {
    pub fn parse(text: &str) -> Option<JobRef> {
        match text {
            "$next" => Some(JobRef::Next),
            id => JobId::new(id).ok().map(JobRef::Job),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_are_written_and_nothing_else() {
        let id = JobId::new("job-1").expect("an id");
        for request in [
            JobsRequest::GetPending,
            JobsRequest::StartNext,
            JobsRequest::Describe(JobRef::Next),
            JobsRequest::Describe(JobRef::Job(id.clone())),
            JobsRequest::Update(id),
        ] {
            assert_eq!(JobsRequest::parse(&request.rest()), Some(request));
        }
        for other in [
            "notify",
            "notify-next",
            "get/accepted",
            "job-1/get/accepted",
            "job-1/update/rejected",
            "start-next/accepted",
            "$next/update",
            "job 1/get",
            "job-1",
            "",
        ] {
            assert_eq!(JobsRequest::parse(other), None, "{other}");
        }
    }
}
