//! Resources: the ARNs of requests, and the patterns of documents that they are held against.

use model::Home;

use crate::context::Context;
use crate::error::Problem;
use crate::pattern::{Case, Pattern, Reading, Values, Variable};

/// How partition, region and account of a document's ARN are held against a request's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArnComparison {
    /// They are ignored. An installation has one account and one region, and the documents that
    /// people bring carry the account and region of the cloud that they leave, or placeholders;
    /// none of them can mean another account here.
    #[default]
    AnyHome,
    /// They match by text and wildcards, as AWS compares them.
    Exact,
}

/// What is asked for: `arn:aws:SERVICE:REGION:ACCOUNT:PATH`, in pieces, so that the path of a
/// publish can be borrowed and nothing is put together on the way of a message.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// `topic/a/b`, `client/lamp`, `bucket/key`
    pub path: &'a str,
}

impl<'a> Resource<'a> {
    /// A resource of the IoT service.
    pub fn iot(home: &'a Home, path: &'a str) -> Resource<'a> {
        Resource { service: "iot", region: &home.region, account: &home.account, path }
    }

    /// The whole name.
    pub fn arn(&self) -> String {
        let Resource { service, region, account, path } = self;
        format!("arn:aws:{service}:{region}:{account}:{path}")
    }
}

/// What a document says of an ARN; `*` alone is a pattern of six `*`.
#[derive(Clone, Debug)]
pub(crate) struct ArnPattern {
    text: Box<str>,
    /// Partition, service, region and account.
    head: [Pattern; 4],
    path: Pattern,
}

/// A variable without a value, or with one that it may not have here.
#[derive(Debug)]
pub(crate) struct Unusable<'a> {
    pub(crate) variable: &'a Variable,
    pub(crate) value: Option<String>,
}

impl ArnPattern {
    pub(crate) fn parse(text: &str, reading: Reading) -> Result<ArnPattern, Problem> {
        let malformed = || Problem::Resource { found: text.to_owned() };
        let mut parts = split(text);
        let head = parts.first().copied().unwrap_or_default();
        // A short ARN that ends in `*` means everything below: `arn:aws:iot:*`.
        if parts.len() < 6 && text.ends_with('*') && (text == "*" || head == "arn") {
            parts.resize(6, "*");
        }
        let [arn, partition, service, region, account, path] = parts[..] else {
            return Err(malformed());
        };
        if (arn != "arn" && text != "*") || path.is_empty() {
            return Err(malformed());
        }
        let parse = |part| Pattern::parse(part, reading);
        let head = [parse(partition)?, parse(service)?, parse(region)?, parse(account)?];
        Ok(ArnPattern { text: text.into(), head, path: parse(path)? })
    }

    /// The whole pattern as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn path(&self) -> &Pattern {
        &self.path
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.head.iter().chain([&self.path]).flat_map(Pattern::variables)
    }

    /// Whether service and, if they are to be compared, partition, region and account match.
    pub(crate) fn matches_home(
        &self,
        resource: &Resource<'_>,
        comparison: ArnComparison,
        context: &Context<'_>,
    ) -> bool {
        let [partition, service, region, account] = &self.head;
        let whole = |pattern: &Pattern, text: &str| match pattern.resolve(context) {
            Ok(values) => pattern.matches(text, &values, Case::Exact),
            Err(_) => false,
        };
        whole(service, resource.service)
            && (comparison == ArnComparison::AnyHome
                || (whole(partition, "aws")
                    && whole(region, resource.region)
                    && whole(account, resource.account)))
    }

    /// The values of the path's variables.
    pub(crate) fn resolve<'a>(&'a self, context: &Context<'a>) -> Result<Values<'a>, Unusable<'a>> {
        self.path.resolve(context).map_err(|variable| Unusable { variable, value: None })
    }

    /// As [`ArnPattern::resolve`], for a statement that allows. Whoever calls itself `+` could
    /// subscribe to `devices/+/orders` where the policy says `devices/${iot:ClientId}/orders`: the
    /// text is the same, but the subscription reads everybody's. Such a value allows no filter.
    pub(crate) fn resolve_to_allow<'a>(
        &'a self,
        resource: &Resource<'_>,
        context: &Context<'a>,
    ) -> Result<Values<'a>, Unusable<'a>> {
        let values = self.resolve(context)?;
        if resource.path.starts_with("topicfilter/") {
            let place = values.iter().position(|value| value.contains(['+', '#']));
            if let Some(place) = place {
                let value = Some(values[place].to_string());
                return Err(Unusable { variable: &self.path.variables()[place], value });
            }
        }
        Ok(values)
    }

    /// Whether another ARN, as text, matches piece by piece; for conditions on ARNs.
    pub(crate) fn matches_arn(&self, arn: &str, context: &Context<'_>) -> bool {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", head @ .., path] = &parts[..] else { return false };
        let patterns = self.head.iter().chain([&self.path]);
        head.len() == self.head.len()
            && patterns.zip(head.iter().chain([path])).all(|(pattern, part)| {
                let values = pattern.resolve(context);
                values.is_ok_and(|values| pattern.matches(part, &values, Case::Exact))
            })
    }
}

/// The six parts of an ARN: the last holds any further colons, and none counts inside `${…}`.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(6);
    let (mut start, mut inside) = (0, false);
    for (place, character) in text.char_indices() {
        match character {
            '{' if text[..place].ends_with('$') => inside = true,
            '}' => inside = false,
            ':' if !inside && parts.len() < 5 => {
                parts.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Reading = Reading { wildcards: true, variables: true };

    fn check(pattern: &str, path: &str, comparison: ArnComparison) -> bool {
        let home = Home::default();
        let resource = Resource::iot(&home, path);
        let context = Context { client_id: Some("lamp"), ..Context::default() };
        let pattern = ArnPattern::parse(pattern, READING).expect("an ARN");
        let values = pattern.resolve(&context).expect("defined");
        pattern.matches_home(&resource, comparison, &context)
            && pattern.path().matches(path, &values, Case::Exact)
    }

    #[test]
    fn documents_of_other_accounts_and_regions_apply_here() {
        for (pattern, any_home, exact) in [
            ("*", true, true),
            ("arn:aws:iot:*", true, true),
            ("arn:aws:iot:eu-west-1:*", true, false),
            ("arn:aws:iot:us-east-1:000000000000:client/lamp", true, true),
            ("arn:aws:iot:eu-west-1:123456789012:client/${iot:ClientId}", true, false),
            ("arn:aws:iot:region:account:client/*", true, false),
            ("arn:aws:sqs:us-east-1:000000000000:client/lamp", false, false),
            ("arn:aws:iot:us-east-1:000000000000:topic/lamp", false, false),
        ] {
            assert_eq!(
                check(pattern, "client/lamp", ArnComparison::AnyHome),
                any_home,
                "{pattern}"
            );
            assert_eq!(check(pattern, "client/lamp", ArnComparison::Exact), exact, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for text in
            ["", "topic/a", "arn:aws:iot:us-east-1:topic/a", "arn:aws:iot:r:a:", "a*", "*/a"]
        {
            assert!(ArnPattern::parse(text, READING).is_err(), "{text}");
        }
    }

    #[test]
    fn colons_inside_a_variable_and_after_the_account_do_not_split() {
        let parts = split("arn:aws:iot:${aws:Region}:1:log-group:x:${iot:ClientId}");
        assert_eq!(
            parts,
            ["arn", "aws", "iot", "${aws:Region}", "1", "log-group:x:${iot:ClientId}"]
        );
    }
}
