//! What an operation of S3 answers with.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::body::Body;
use crate::s3::writer::Xml;

/// An answer: status, headers and body.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl Answer {
    pub(super) fn new(status: u16) -> Answer {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Answer { status, headers: HeaderMap::new(), body: Body::empty() }
    }

    pub(super) fn ok() -> Answer {
        Answer::new(200)
    }

    pub(super) fn no_content() -> Answer {
        Answer::new(204)
    }

    pub(super) fn xml(xml: Xml) -> Answer {
        Answer::ok().with_xml(xml.finish())
    }

    pub(super) fn with_xml(mut self, document: String) -> Answer {
        self.headers.insert("content-type", HeaderValue::from_static("application/xml"));
        self.body = Body::from(bytes::Bytes::from(document));
        self
    }

    /// What is no header's text was never taken as one.
    pub(super) fn with(mut self, name: &str, value: impl AsRef<str>) -> Answer {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, header_value(value.as_ref())) {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn with_some(self, name: &str, value: Option<impl AsRef<str>>) -> Answer {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(super) fn respond(self) -> Response<Body> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Text beyond ASCII is sent as its bytes, as it came.
fn header_value(text: &str) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    HeaderValue::from_bytes(text.as_bytes())
}
