//! A form as browsers send it, with a file: `multipart/form-data`. Its fields stand before the file, which is
//! given piece by piece; what stands behind the file is not looked at.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use memchr::memmem;

use crate::error::AwsError;
use crate::s3::ask::header;
use crate::s3::receive::Source;
use crate::s3::words::invalid_argument;

/// AWS's limit of the fields before the file.
const FIELDS_BYTES_MAX: usize = 20 * 1024;
/// AWS's limit of a boundary is that of the standard.
const BOUNDARY_BYTES_MAX: usize = 70;

/// A form that is being read.
pub(super) struct Form {
    body: Source,
    buffer: BytesMut,
    /// What stands before each part, and behind the last.
    delimiter: Vec<u8>,
    is_over: bool,
}

/// What stands before the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) all: Vec<(String, String)>,
    pub(super) file_name: String,
}

fn malformed() -> AwsError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    AwsError::new(400, "MalformedPOSTRequest", message)
}

fn too_large() -> AwsError {
    let message = "Your POST request fields preceding the upload file were too large.";
    AwsError::new(400, "MaxPostPreDataLengthExceededError", message)
}

/// Whether the body is such a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = header(headers, "content-type").unwrap_or_default();
    kind.get(..19).is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"))
}

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.all.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Form {
    pub(super) fn new(body: Source, headers: &HeaderMap) -> Result<Form, AwsError> {
        let kind = header(headers, "content-type").unwrap_or_default();
        let boundary = parameter(kind, "boundary").ok_or_else(malformed)?;
        if boundary.is_empty() || boundary.len() > BOUNDARY_BYTES_MAX {
            return Err(malformed());
        }
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        // The first delimiter may stand at the very beginning.
        Ok(Form { body, buffer: BytesMut::from("\r\n"), delimiter, is_over: false })
    }

    /// All fields up to the file, whose first piece comes next.
    pub(super) async fn fields(&mut self) -> Result<Fields, AwsError> {
        let mut room = FIELDS_BYTES_MAX;
        let (mut fields, before) = (Fields::default(), self.delimiter.clone());
        self.until(&before, &mut room).await?;
        loop {
            if &self.until(b"\r\n", &mut room).await?[..] != b"" {
                // Two dashes behind the delimiter: this was the last part.
                let message = "POST requires exactly one file upload per request.";
                return Err(invalid_argument("file", "0", message));
            }
            let (name, file_name) = self.part(&mut room).await?;
            if name.eq_ignore_ascii_case("file") {
                fields.file_name = file_name.unwrap_or_default();
                return Ok(fields);
            }
            let value = self.until(&before, &mut room).await?;
            let value = String::from_utf8(value.into()).map_err(|_| malformed())?;
            fields.all.push((name, value));
        }
    }

    /// The name of a part, and of its file if it is one, from its headers.
    async fn part(&mut self, room: &mut usize) -> Result<(String, Option<String>), AwsError> {
        let mut found = None;
        loop {
            let line = self.until(b"\r\n", room).await?;
            if line.is_empty() {
                return found.ok_or_else(malformed);
            }
            let line = std::str::from_utf8(&line).map_err(|_| malformed())?;
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            if name.eq_ignore_ascii_case("content-disposition") {
                let field = parameter(value, "name").ok_or_else(malformed)?;
                found = Some((field, parameter(value, "filename")));
            }
        }
    }

    /// All before something, which goes too.
    async fn until(&mut self, end: &[u8], room: &mut usize) -> Result<BytesMut, AwsError> {
        loop {
            if let Some(at) = memmem::find(&self.buffer, end) {
                *room = room.checked_sub(at + end.len()).ok_or_else(too_large)?;
                let found = self.buffer.split_to(at);
                drop(self.buffer.split_to(end.len()));
                return Ok(found);
            }
            if self.buffer.len() > *room {
                return Err(too_large());
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), AwsError> {
        let more = self.body.next().await?.ok_or_else(malformed)?;
        self.buffer.extend_from_slice(&more);
        Ok(())
    }

    /// The next piece of the file.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, AwsError> {
        while !self.is_over {
            if let Some(at) = memmem::find(&self.buffer, &self.delimiter) {
                self.is_over = true;
                return Ok(Some(self.buffer.split_to(at).freeze()));
            }
            // The delimiter may have begun.
            let sure = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if sure > 0 {
                return Ok(Some(self.buffer.split_to(sure).freeze()));
            }
            self.fill().await?;
        }
        Ok(None)
    }

    /// Takes what stands behind the file, so that the connection can go on.
    pub(super) async fn finish(mut self) -> Result<(), AwsError> {
        let mut room = FIELDS_BYTES_MAX;
        while let Some(more) = self.body.next().await? {
            room = room.checked_sub(more.len()).ok_or_else(too_large)?;
        }
        Ok(())
    }
}

/// A parameter of a header: `form-data; name="key"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (found, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let (text, next) = match behind.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let (text, next) = behind.split_once(';').unwrap_or((behind, ""));
                (text.trim().to_owned(), next)
            }
        };
        if found.trim().eq_ignore_ascii_case(name) {
            return Some(text);
        }
        rest = next.trim_start().strip_prefix(';').unwrap_or(next);
    }
}

/// A text up to its closing quote, and what stands behind.
fn unquote(text: &str) -> Option<(String, &str)> {
    let (mut found, mut characters) = (String::new(), text.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((found, &text[at + 1..])),
            '\\' => found.push(characters.next()?.1),
            other => found.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"=b=\"";

    fn headers() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", KIND.parse().expect("a value"));
        headers
    }

    async fn read(text: &str) -> Result<(Fields, Vec<u8>), AwsError> {
        let text = text.replace('\n', "\r\n");
        let mut form = Form::new(Source::Whole(text.into()), &headers())?;
        let fields = form.fields().await?;
        let mut file = Vec::new();
        while let Some(piece) = form.next().await? {
            file.extend(&piece);
        }
        form.finish().await?;
        Ok((fields, file))
    }

    #[tokio::test]
    async fn fields_stand_before_the_file() {
        assert!(is_form(&headers()));
        let text = "--=b=\nContent-Disposition: form-data; name=\"key\"\n\na/${filename}\n--=b=\n\
                    Content-Type: text/plain\ncontent-disposition: form-data; filename=\"x \\\"y\\\".txt\"; \
                    name=file\n\none\n--=b\ntwo\n--=b=\n\
                    Content-Disposition: form-data; name=\"submit\"\n\nignored\n--=b=--\n";
        let (fields, file) = read(text).await.expect("a form");
        assert_eq!(fields.all, [("key".to_owned(), "a/${filename}".to_owned())]);
        assert_eq!(fields.file_name, "x \"y\".txt");
        assert_eq!(file, b"one\r\n--=b\r\ntwo");
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        let field = "--=b=\nContent-Disposition: form-data; name=\"key\"\n\n";
        let file = field.replace("key", "file");
        for (text, code) in [
            (format!("{field}x\n--=b=--\n"), "InvalidArgument"),
            (format!("{field}x\n"), "MalformedPOSTRequest"),
            (format!("{file}x\n--=b"), "MalformedPOSTRequest"),
            ("--=b=\nContent-Type: a/b\n\nx\n--=b=--\n".to_owned(), "MalformedPOSTRequest"),
            (format!("{field}{}", "x".repeat(30_000)), "MaxPostPreDataLengthExceededError"),
        ] {
            let refused = read(&text).await.expect_err(&text);
            assert_eq!(refused.code, code, "{text}");
        }
    }
}
