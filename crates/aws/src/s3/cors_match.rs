//! CORS: whether a page of another origin may ask and see, by the rules of the bucket.

use http::Method;
use http::request::Parts;
use objects::{Bucket, CorsRule};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::header;
use crate::s3::words::worded;
use crate::state::State;

/// What a browser says of itself.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    origin: String,
    method: String,
}

impl Origin {
    pub(super) fn of(head: &Parts) -> Option<Origin> {
        let origin = header(&head.headers, "origin")?.to_owned();
        (head.method != Method::OPTIONS)
            .then(|| Origin { origin, method: head.method.as_str().to_owned() })
    }
}

fn forbidden(message: &str) -> AwsError {
    AwsError::new(403, "AccessForbidden", message)
}

/// Answers whether a browser may ask what it is about to.
pub(super) fn preflight(
    state: &State,
    bucket: Option<&Bucket>,
    head: &Parts,
) -> Result<Answer, AwsError> {
    let required = |name: &str| {
        header(&head.headers, name).ok_or_else(|| {
            let message = format!("Insufficient information. {name} request header needed.");
            AwsError::new(400, "BadRequest", message)
        })
    };
    let (origin, method) = (required("origin")?, required("access-control-request-method")?);
    let asked = header(&head.headers, "access-control-request-headers").unwrap_or_default();
    let asked: Vec<&str> = asked.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let rules = match bucket {
        Some(bucket) => rules(state, bucket)?,
        None => Vec::new(),
    };
    if rules.is_empty() {
        return Err(forbidden("CORSResponse: CORS is not enabled for this bucket."));
    }
    let rule = rules.iter().find(|rule| rule.allows(origin, method) && rule.allows_headers(&asked));
    let rule = rule.ok_or_else(|| {
        forbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution \
             of Origin, request method / Access-Control-Request-Method or \
             Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
        )
    })?;
    let answer = rule.shown(origin, Answer::ok());
    Ok(match asked.is_empty() {
        true => answer,
        false => answer.with("access-control-allow-headers", asked.join(", ").to_lowercase()),
    })
}

/// Adds what lets a browser show the answer to its page.
pub(super) fn shown(
    state: &State,
    bucket: Option<&Bucket>,
    origin: Option<&Origin>,
    answer: Answer,
) -> Answer {
    let (Some(bucket), Some(origin)) = (bucket, origin) else { return answer };
    let rules = rules(state, bucket).unwrap_or_else(|error| {
        // Without them the page is shown nothing, which is right.
        tracing::error!(?error, "the rules of a bucket cannot be read");
        Vec::new()
    });
    match rules.iter().find(|rule| rule.allows(&origin.origin, &origin.method)) {
        Some(rule) => rule.shown(&origin.origin, answer),
        None => answer,
    }
}

fn rules(state: &State, bucket: &Bucket) -> Result<Vec<CorsRule>, AwsError> {
    let rules = state.objects.cors(bucket);
    Ok(rules.map_err(|error| worded(error, Some(bucket.name.as_str()), None))?.unwrap_or_default())
}

trait Matching {
    fn allows(&self, origin: &str, method: &str) -> bool;
    fn allows_headers(&self, asked: &[&str]) -> bool;
    fn shown(&self, origin: &str, answer: Answer) -> Answer;
}

impl Matching for CorsRule {
    fn allows(&self, origin: &str, method: &str) -> bool {
        self.allowed_methods.iter().any(|allowed| allowed == method)
            && self.allowed_origins.iter().any(|allowed| is_like(allowed, origin))
    }

    fn allows_headers(&self, asked: &[&str]) -> bool {
        asked.iter().all(|name| {
            let name = name.to_ascii_lowercase();
            self.allowed_headers.iter().any(|allowed| is_like(&allowed.to_ascii_lowercase(), &name))
        })
    }

    fn shown(&self, origin: &str, answer: Answer) -> Answer {
        let is_any = self.allowed_origins.iter().any(|allowed| allowed == "*");
        let answer = match is_any {
            true => answer.with("access-control-allow-origin", "*"),
            false => answer
                .with("access-control-allow-origin", origin)
                .with("access-control-allow-credentials", "true"),
        };
        let answer = answer
            .with("access-control-allow-methods", self.allowed_methods.join(", "))
            .with("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
            .with_some("access-control-max-age", self.max_age_secs.map(|secs| secs.to_string()));
        match self.expose_headers.is_empty() {
            true => answer,
            false => answer.with("access-control-expose-headers", self.expose_headers.join(", ")),
        }
    }
}

/// A pattern has one `*` at most.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_one_star() {
        assert!(is_like("*", "https://x") && is_like("https://*.org", "https://a.b.org"));
        assert!(!is_like("ab*ba", "aba") && !is_like("https://x", "https://y"));
    }
}
