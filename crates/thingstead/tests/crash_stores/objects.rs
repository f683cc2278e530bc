//! Puts objects, small ones and large ones, over one another, and deletes some.

use std::collections::BTreeMap;

use sigv4::sha256_hex;
use testkit::{CallError, Request};

use crate::Work;
use crate::owner::Owner;

/// Keys of one keeper: each is written many times.
const KEYS: u64 = 7;
/// What is larger than the store keeps beside its records.
const LARGE_BYTES: usize = 300 * 1_024;
const SMALL_BYTES: usize = 2_048;

pub(crate) struct Keeper {
    bucket: String,
    /// Which round each object is of, if it is there.
    kept: BTreeMap<u64, u64>,
}

impl Keeper {
    pub(crate) fn new(owner: &mut Owner<'_>, number: u64) -> Keeper {
        let bucket = format!("crash-{number}");
        owner.must(&request("PUT", format!("/{bucket}"), String::new()));
        Keeper { bucket, kept: BTreeMap::new() }
    }

    fn path(&self, key: u64) -> String {
        format!("/{}/k{key}", self.bucket)
    }

    /// By parts, of which one is enough.
    fn put_by_parts(&self, owner: &mut Owner<'_>, key: u64, body: String) {
        let path = self.path(key);
        let begun = owner.must(&request("POST", format!("{path}?uploads="), String::new()));
        let begun = String::from_utf8(begun).expect("XML");
        let id = between(&begun, "<UploadId>", "</UploadId>");
        let digest = queues::digest_of_body(&body);
        owner.must(&request("PUT", format!("{path}?partNumber=1&uploadId={id}"), body));
        let part = format!("<Part><PartNumber>1</PartNumber><ETag>{digest}</ETag></Part>");
        let whole = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
        match owner.ask(&request("POST", format!("{path}?uploadId={id}"), whole)) {
            Ok(_) => {}
            // It was completed before the kill, and nobody was told.
            Err(CallError::Refused { status: 404, .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

impl Work for Keeper {
    fn round(&mut self, owner: &mut Owner<'_>, count: u64) {
        let key = count % KEYS;
        match count % 5 {
            3 => {
                owner.must(&request("DELETE", self.path(key), String::new()));
                self.kept.remove(&key);
                return;
            }
            4 => self.put_by_parts(owner, key, body(count)),
            _ => drop(owner.must(&request("PUT", self.path(key), body(count)))),
        }
        self.kept.insert(key, count);
    }

    fn check(self: Box<Self>, owner: &mut Owner<'_>) {
        let listed = format!("/{}?list-type=2", self.bucket);
        let listed = String::from_utf8(owner.must(&request("GET", listed, String::new())));
        let listed = listed.expect("XML");
        let keys: Vec<&str> = listed.split("<Key>").skip(1).collect();
        let keys: Vec<&str> = keys.iter().filter_map(|rest| rest.split('<').next()).collect();
        let expected: Vec<String> = self.kept.keys().map(|key| format!("k{key}")).collect();
        assert_eq!(keys, expected);
        for (key, count) in &self.kept {
            let found = owner.must(&request("GET", self.path(*key), String::new()));
            assert!(found == body(*count).as_bytes(), "{key} is not what round {count} put");
        }
    }
}

fn request(method: &'static str, path_and_query: String, body: String) -> Request {
    let hash = sha256_hex(body.as_bytes());
    let mut request = Request::by_path("s3", method, path_and_query, body);
    request.headers.push(("x-amz-content-sha256", hash));
    request
}

/// What a round puts: no two put the same.
fn body(count: u64) -> String {
    let bytes = if count.is_multiple_of(2) { SMALL_BYTES } else { LARGE_BYTES };
    format!("{count:08}").repeat(bytes / 8)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).expect("it begins");
    rest.split_once(end).expect("it ends").0
}
