//! Whether what was read is a plain request, and what it says.
//!
//! Whatever two readers of HTTP might read differently is not plain: a line that ends otherwise than in
//! CR LF, a length that is given twice or oddly, another framing than by a length, a value that is no
//! ASCII. Nothing of that is repaired or refused here.

use std::mem::MaybeUninit;

use memchr::memchr_iter;

use crate::head::Head;
use crate::http::plain_body_max;
use crate::lambda;
use crate::line_protocol;

/// Requests with more headers are hyper's. AWS's clients send about ten.
const HEADERS_MAX: usize = 32;

const END: &[u8] = b"\r\n\r\n";

const METHODS: [&str; 5] = ["POST", "GET", "PUT", "DELETE", "PATCH"];

/// What was read so far.
#[allow(clippy::large_enum_variant, reason = "it is looked at where it is made, and gone")]
pub(super) enum Look<'a> {
    /// A head, of a request whose body may still be on its way.
    Whole(Request<'a>),
    /// A part of a head.
    Part,
    /// Nothing that is plain.
    Other,
}

pub(super) struct Request<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: [(&'a str, &'a str); HEADERS_MAX],
    headers_count: usize,
    pub(super) head_bytes: usize,
    pub(super) body_bytes: usize,
    /// Whether the connection ends with its answer.
    pub(super) is_last: bool,
}

impl<'a> Request<'a> {
    /// Looks at what was read, of which the first `looked` bytes hold no end of a head.
    pub(super) fn look(input: &'a [u8], looked: usize, is_device: bool) -> Look<'a> {
        match end_of_head(input, looked) {
            Ok(Some(head_bytes)) => match Request::read(&input[..head_bytes], is_device) {
                Some(request) => Look::Whole(request),
                None => Look::Other,
            },
            // What is wrong already is not waited for.
            Ok(None) if may_become_a_head(input) => Look::Part,
            Ok(None) | Err(NotPlain) => Look::Other,
        }
    }

    pub(super) fn head(&self) -> Head<'_> {
        let Request { method, path, query, headers, headers_count, .. } = self;
        Head { method, path, query, headers: &headers[..*headers_count] }
    }

    pub(super) fn bytes(&self) -> usize {
        self.head_bytes + self.body_bytes
    }

    fn read(text: &'a [u8], is_device: bool) -> Option<Request<'a>> {
        let mut found = [const { MaybeUninit::uninit() }; HEADERS_MAX];
        let mut parsed = httparse::Request::new(&mut []);
        let status = parsed.parse_with_uninit_headers(text, &mut found).ok()?;
        if status != httparse::Status::Complete(text.len()) || parsed.version != Some(1) {
            return None;
        }
        let method = parsed.method.filter(|method| METHODS.contains(method))?;
        let target = parsed.path.filter(|target| is_plain_target(target))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = [("", ""); HEADERS_MAX];
        let mut framing = Framing::default();
        for (header, place) in parsed.headers.iter().zip(&mut headers) {
            let value = std::str::from_utf8(header.value).ok().filter(|value| value.is_ascii())?;
            framing.hear(header.name, value)?;
            *place = (header.name, value);
        }
        let request = Request {
            method,
            path,
            query,
            headers,
            headers_count: parsed.headers.len(),
            head_bytes: text.len(),
            body_bytes: framing.body_bytes.unwrap_or(0),
            is_last: framing.is_last,
        };
        let is_special = line_protocol::is_asked_by(method, path) || lambda::is_link(path);
        let is_ours = is_device || (framing.is_signed && !is_special);
        let fits = request.body_bytes <= plain_body_max(&request.head());
        (is_ours && fits).then_some(request)
    }
}

struct NotPlain;

/// Where the head ends, if it does.
fn end_of_head(input: &[u8], looked: usize) -> Result<Option<usize>, NotPlain> {
    if input.first().is_some_and(|byte| !byte.is_ascii_uppercase()) {
        return Err(NotPlain);
    }
    for place in memchr_iter(b'\n', &input[looked..]) {
        let line = &input[..=looked + place];
        if !line.ends_with(b"\r\n") {
            return Err(NotPlain);
        }
        if line.ends_with(END) {
            return Ok(Some(line.len()));
        }
    }
    Ok(None)
}

fn may_become_a_head(input: &[u8]) -> bool {
    let mut found = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut []);
    let parsed = parsed.parse_with_uninit_headers(input, &mut found);
    parsed.is_ok_and(|status| status.is_partial())
}

/// A path and a query of characters that mean the same to all.
fn is_plain_target(target: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%?".contains(&byte);
    target == "/" || (target.starts_with('/') && target.bytes().all(is_plain))
}

/// What headers say of how a request is framed, and of whose it is.
#[derive(Default)]
struct Framing {
    body_bytes: Option<usize>,
    /// Whether a header says if the connection stays.
    says_how_long: bool,
    is_last: bool,
    is_signed: bool,
}

impl Framing {
    /// Takes a header; nothing if the request is not plain for it.
    fn hear(&mut self, name: &str, value: &str) -> Option<()> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match name.len() {
            6 if is("expect") => return None,
            7 if is("upgrade") => return None,
            10 if is("connection") => {
                self.is_last = value.eq_ignore_ascii_case("close");
                let is_plain = self.is_last || value.eq_ignore_ascii_case("keep-alive");
                if std::mem::replace(&mut self.says_how_long, true) || !is_plain {
                    return None;
                }
            }
            13 if is("authorization") => {
                // Presigned requests, and those for S3, are hyper's.
                let is_version_4 = value.starts_with("AWS4-HMAC-SHA256 ");
                if self.is_signed || !is_version_4 || value.contains("/s3/aws4_request") {
                    return None;
                }
                self.is_signed = true;
            }
            14 if is("content-length") => {
                let is_number = (1..=9).contains(&value.len())
                    && value.bytes().all(|byte| byte.is_ascii_digit());
                let length = value.parse().ok().filter(|_| is_number)?;
                if self.body_bytes.replace(length).is_some() {
                    return None;
                }
            }
            17 if is("transfer-encoding") => return None,
            _ => {}
        }
        Some(())
    }
}
