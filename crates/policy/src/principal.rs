//! Whom a statement of a resource-based document speaks of: `Principal` and `NotPrincipal`.

use crate::arn::ArnComparison;
use crate::error::Problem;

/// Who asks, under the names that documents know it by.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// Nobody that was proved.
    Anonymous,
    /// A principal of an account: its own ARN and unique id, and for a session the ARN of its role.
    Aws { names: &'a [&'a str] },
    /// A service that acts for the account: `iot.amazonaws.com`.
    Service(&'a str),
    /// Somebody whom an identity provider vouches for; its name or ARN.
    Federated(&'a str),
}

/// How closely a statement speaks of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// The account is named: it is left to the account's own policies whom it means.
    Account,
    /// The principal itself is, or everybody.
    Itself,
}

#[derive(Clone, Debug)]
pub(crate) enum PrincipalPattern {
    Anyone,
    Account(Box<str>),
    /// An ARN or a unique id.
    Aws(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
}

impl PrincipalPattern {
    /// `kind` is the name of the list: `AWS`, `Service`, `Federated`.
    pub(crate) fn parse(kind: &str, text: &str) -> Result<PrincipalPattern, Problem> {
        let malformed = || Problem::Principal { kind: kind.to_owned(), found: text.to_owned() };
        match kind {
            "AWS" => aws(text).ok_or_else(malformed),
            "Service" if is_name(text) && text.contains(".amazonaws.com") => {
                Ok(PrincipalPattern::Service(text.to_ascii_lowercase().into()))
            }
            "Federated" if is_name(text) => Ok(PrincipalPattern::Federated(text.into())),
            "Service" | "Federated" => Err(malformed()),
            _ => Err(Problem::UnknownField { field: format!("Principal.{kind}") }),
        }
    }

    pub(crate) fn names(&self, asker: &Asker<'_>, homes: ArnComparison) -> Option<Naming> {
        let itself = |is_named: bool| is_named.then_some(Naming::Itself);
        match (self, asker) {
            (PrincipalPattern::Anyone, _) => Some(Naming::Itself),
            (PrincipalPattern::Account(account), Asker::Aws { names }) => {
                let is_ours = homes == ArnComparison::AnyHome
                    || names.iter().any(|name| account_of(name) == Some(account));
                is_ours.then_some(Naming::Account)
            }
            (PrincipalPattern::Aws(text), Asker::Aws { names }) => {
                itself(names.iter().any(|name| is_same(text, name, homes)))
            }
            (PrincipalPattern::Service(text), Asker::Service(name)) => itself(**text == **name),
            (PrincipalPattern::Federated(text), Asker::Federated(name)) => {
                itself(is_same(text, name, homes))
            }
            _ => None,
        }
    }
}

/// `*`, an account, the ARN of a user, a role or a session, or a unique id.
fn aws(text: &str) -> Option<PrincipalPattern> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let Some((_, resource)) = parts(text) else {
        let is_id = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return match text {
            "*" => Some(PrincipalPattern::Anyone),
            _ if is_account(text) => Some(PrincipalPattern::Account(text.into())),
            _ if is_id => Some(PrincipalPattern::Aws(text.into())),
            _ => None,
        };
    };
    let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
    match resource {
        "root" => Some(PrincipalPattern::Account(account_of(text)?.into())),
        _ if text.contains('*') => None,
        _ if kinds.iter().any(|kind| resource.starts_with(kind)) => {
            Some(PrincipalPattern::Aws(text.into()))
        }
        _ => None,
    }
}

/// Service and resource of an ARN of IAM or STS.
fn parts(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let is_ours = arn == "arn" && partition.starts_with("aws") && matches!(service, "iam" | "sts");
    is_ours.then_some((service, resource))
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

/// Whether two ARNs name one principal. An installation has one account, and documents carry the
/// one that they come from.
fn is_same(one: &str, other: &str, homes: ArnComparison) -> bool {
    one == other
        || (homes == ArnComparison::AnyHome && parts(one).is_some() && parts(one) == parts(other))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: &[&str] = &["arn:aws:iam::000000000000:user/bob", "AIDA0123456789ABCDEF"];
    const SESSION: &[&str] =
        &["arn:aws:sts::000000000000:assumed-role/R/s", "arn:aws:iam::000000000000:role/R"];

    #[test]
    fn principals_are_named_themselves_or_by_their_account() {
        let bob = Asker::Aws { names: BOB };
        let session = Asker::Aws { names: SESSION };
        let iot = Asker::Service("iot.amazonaws.com");
        let google = Asker::Federated("accounts.google.com");
        for (kind, text, asker, expected) in [
            ("AWS", "*", Asker::Anonymous, Some(Naming::Itself)),
            ("AWS", "*", bob, Some(Naming::Itself)),
            ("AWS", "123456789012", bob, Some(Naming::Account)),
            ("AWS", "arn:aws:iam::123456789012:root", session, Some(Naming::Account)),
            ("AWS", "arn:aws:iam::123456789012:root", Asker::Anonymous, None),
            ("AWS", "arn:aws:iam::123456789012:root", iot, None),
            ("AWS", "arn:aws:iam::123456789012:user/bob", bob, Some(Naming::Itself)),
            ("AWS", "arn:aws:iam::123456789012:user/ann", bob, None),
            ("AWS", "AIDA0123456789ABCDEF", bob, Some(Naming::Itself)),
            ("AWS", "arn:aws:iam::000000000000:role/R", session, Some(Naming::Itself)),
            ("AWS", "arn:aws:sts::1:assumed-role/R/s", session, Some(Naming::Itself)),
            ("AWS", "arn:aws:sts::1:assumed-role/R/t", session, None),
            ("Service", "iot.amazonaws.com", iot, Some(Naming::Itself)),
            ("Service", "lambda.amazonaws.com", iot, None),
            ("Service", "iot.amazonaws.com", bob, None),
            ("Federated", "accounts.google.com", google, Some(Naming::Itself)),
        ] {
            let pattern = PrincipalPattern::parse(kind, text).expect("a principal");
            assert_eq!(pattern.names(&asker, ArnComparison::AnyHome), expected, "{kind} {text}");
        }
        let other = PrincipalPattern::parse("AWS", "arn:aws:iam::123456789012:root");
        assert_eq!(other.expect("a principal").names(&bob, ArnComparison::Exact), None);
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for (kind, text) in [
            ("AWS", ""),
            ("AWS", "bob"),
            ("AWS", "arn:aws:iam::1:user/*"),
            ("AWS", "arn:aws:iam::1:group/g"),
            ("AWS", "arn:aws:s3:::bucket"),
            ("Service", "iot"),
            ("Service", "*"),
            ("Federated", ""),
            ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
        ] {
            assert!(PrincipalPattern::parse(kind, text).is_err(), "{kind} {text}");
        }
    }
}
