//! ListBuckets.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::words::invalid_argument;
use crate::s3::writer::Xml;

/// AWS's limit of a page, and what it shows unless asked.
const PAGE_MAX: usize = 10_000;

pub(super) struct ListBuckets;

impl Operation for ListBuckets {
    const NAME: &'static str = "ListBuckets";
    const METHOD: &'static str = "GET";
    const ON: On = On::Account;
    const ACTION: &'static str = "ListAllMyBuckets";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let query = &ask.query;
        let limit = match query.number::<usize>("max-buckets")? {
            None => PAGE_MAX,
            Some(limit @ 1..=PAGE_MAX) => limit,
            Some(other) => {
                let message = format!("max-buckets must be between 1 and {PAGE_MAX}");
                return Err(invalid_argument("max-buckets", &other.to_string(), &message));
            }
        };
        let prefix = query.get("prefix").unwrap_or_default();
        let home = ask.state.fleet.registry().home();
        let is_here = query.get("bucket-region").is_none_or(|region| region == &*home.region);
        let after = query.get("continuation-token");
        let mut buckets = match is_here {
            true => ask.objects().buckets(prefix, after, limit + 1).map_err(ask.refused())?,
            false => Vec::new(),
        };
        let is_more = buckets.len() > limit;
        buckets.truncate(limit);
        let mut xml = Xml::new("ListAllMyBucketsResult");
        owner(&mut xml, "Owner", &ask);
        xml.inside("Buckets", |xml| {
            for bucket in &buckets {
                xml.inside("Bucket", |xml| {
                    xml.leaf("Name", bucket.name.as_str());
                    xml.date("CreationDate", bucket.created_at);
                    // Told where pages are asked for, as on AWS.
                    if query.has("max-buckets") {
                        xml.leaf("BucketRegion", &*home.region);
                    }
                });
            }
        });
        if let Some(last) = buckets.last().filter(|_| is_more) {
            xml.leaf("ContinuationToken", last.name.as_str());
        }
        xml.optional("Prefix", query.get("prefix"));
        Ok(Answer::xml(xml))
    }
}

/// The owner of all there is: the account.
pub(super) fn owner(xml: &mut Xml, name: &str, ask: &Ask) {
    let account = ask.state.fleet.registry().home().account.to_string();
    xml.inside(name, |xml| {
        xml.leaf("ID", canonical_id(&account));
    });
}

/// AWS's canonical ids have 64 digits.
pub(super) fn canonical_id(account: &str) -> String {
    sigv4::sha256_hex(account.as_bytes())
}
