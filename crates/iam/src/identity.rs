//! Whoever has proved who it is, with all that counts for what it may do.

use policy::Document;
use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::tag::Tags;

/// Documents, each under the name that a cause is told by.
pub(crate) type Documents = Vec<(String, Document)>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// The owner of the installation, who may do everything.
    Root,
    User {
        name: String,
    },
    Role {
        name: String,
        session_name: String,
    },
}

#[derive(Clone, Debug)]
pub struct Identity {
    pub kind: IdentityKind,
    /// `arn:aws:iam::ACCOUNT:user/bob`, `arn:aws:sts::ACCOUNT:assumed-role/R/SESSION`
    pub arn: String,
    /// The ARN of the user or role itself.
    pub principal_arn: String,
    /// `AIDA…`, `AROA…:SESSION`, or the account.
    pub user_id: String,
    pub account: String,
    /// Of temporary credentials.
    pub expires_at: Option<UnixMillis>,
    /// Of the user, with its groups, or the role.
    pub(crate) documents: Documents,
    /// Beyond which the others do not reach.
    pub(crate) boundary: Option<Documents>,
    pub(crate) session: Option<Documents>,
    /// Whether somebody signed in to the console, who is there in person.
    pub(crate) is_of_console: bool,
    /// The tags of a session that go on to the next.
    pub(crate) transitive: Tags,
    /// Condition keys in lower case, with their values.
    pub(crate) keys: Vec<(String, String)>,
}

impl Identity {
    pub fn is_root(&self) -> bool {
        self.kind == IdentityKind::Root
    }

    /// Whether a policy of its session takes something from it.
    pub fn is_narrowed(&self) -> bool {
        self.session.is_some()
    }

    /// Whether it came with a session token.
    pub fn is_temporary(&self) -> bool {
        self.expires_at.is_some()
    }

    /// The names that trust and resource policies may know it by.
    pub fn names(&self) -> [&str; 3] {
        let id = self.user_id.split(':').next().unwrap_or_default();
        [&self.arn, &self.principal_arn, id]
    }
}

/// What is known of an identity whoever it is.
pub(crate) struct Facts<'a> {
    pub(crate) account: &'a str,
    pub(crate) arn: &'a str,
    pub(crate) user_id: &'a str,
    /// `Account`, `User`, `AssumedRole`
    pub(crate) kind: &'static str,
    pub(crate) username: Option<&'a str>,
    pub(crate) tags: &'a Tags,
    /// Of temporary credentials.
    pub(crate) issued_at: Option<UnixMillis>,
}

/// The condition keys that follow from who it is.
pub(crate) fn keys(facts: &Facts<'_>) -> Vec<(String, String)> {
    let mut keys = vec![
        ("aws:principalarn", facts.arn.to_owned()),
        ("aws:principalaccount", facts.account.to_owned()),
        ("aws:principaltype", facts.kind.to_owned()),
        ("aws:userid", facts.user_id.to_owned()),
        ("aws:principalisawsservice", "false".to_owned()),
        ("aws:viaawsservice", "false".to_owned()),
    ];
    keys.extend(facts.username.map(|name| ("aws:username", name.to_owned())));
    if let Some(issued_at) = facts.issued_at {
        keys.push(("aws:multifactorauthpresent", "false".to_owned()));
        keys.extend(iso_8601(issued_at).map(|text| ("aws:tokenissuetime", text)));
    }
    let tags = facts.tags.iter().map(|(key, value)| {
        (format!("aws:principaltag/{}", key.to_ascii_lowercase()), value.clone())
    });
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(tags).collect()
}

fn iso_8601(at: UnixMillis) -> Option<String> {
    let seconds = i64::try_from(at / 1000).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}
