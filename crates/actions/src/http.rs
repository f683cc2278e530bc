//! `http`: what was selected is posted to a server whose owner confirmed that it wants it.

use bytes::Bytes;
use http::HeaderName;
use outbox::{Delivery, HttpRequest, Signing};

use crate::action::{Action, Matched};
use crate::desk::{Desk, Errand};
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};
use crate::http_url::HttpUrl;

/// AWS's limit.
const HEADERS_MAX: usize = 100;

/// Headers that say how the request is sent, which is ours to know.
const OWN_HEADERS: &[&str] =
    &["connection", "content-length", "host", "transfer-encoding", "upgrade"];

#[derive(Debug)]
pub(crate) struct Http {
    url: Field,
    /// If it is another than the URL itself.
    confirmation_url: Option<Field>,
    headers: Vec<(String, Field)>,
    signing: Option<Signing>,
}

impl Http {
    pub(crate) fn read(mut fields: Fields) -> Result<Http, UnfitAction> {
        let action = Http {
            url: fields.template("url")?,
            confirmation_url: fields.optional_template("confirmationUrl")?,
            headers: read_headers(&mut fields)?,
            signing: read_signing(&mut fields)?,
        };
        if fields.optional_boolean("enableBatching")? == Some(true) {
            return Err(fields.unfit("enableBatching", "batches are not supported"));
        }
        action.check_urls(&fields)?;
        fields.finish()?;
        Ok(action)
    }

    fn check_urls(&self, fields: &Fields) -> Result<(), UnfitAction> {
        let url = self.url.template.constant();
        let confirmation = self.confirmation_url.as_ref().map(|field| field.template.constant());
        for (name, constant) in [("url", url), ("confirmationUrl", confirmation.flatten())] {
            if let Some(text) = constant {
                HttpUrl::parse(text).map_err(|error| fields.unfit(name, error.to_string()))?;
            }
        }
        match (url, confirmation) {
            (None, None) => {
                let what = "a url with substitution templates needs a confirmationUrl";
                Err(fields.unfit("confirmationUrl", what))
            }
            (Some(url), Some(Some(confirmation))) if !url.starts_with(confirmation) => {
                Err(fields.unfit("confirmationUrl", "the url must begin with it"))
            }
            _ => Ok(()),
        }
    }
}

fn read_headers(fields: &mut Fields) -> Result<Vec<(String, Field)>, UnfitAction> {
    let mut headers = Vec::new();
    for mut header in fields.objects("headers")? {
        let (key, value) = (header.text("key")?, header.template("value")?);
        let name = HeaderName::from_bytes(key.as_bytes())
            .map_err(|_| header.unfit("key", format!("{key:?} is no name of a header")))?;
        if OWN_HEADERS.contains(&name.as_str()) {
            return Err(header.unfit("key", format!("the header {name} cannot be set")));
        }
        header.finish()?;
        headers.push((name.to_string(), value));
    }
    match headers.len() {
        0..=HEADERS_MAX => Ok(headers),
        _ => Err(fields.unfit("headers", format!("at most {HEADERS_MAX} headers are allowed"))),
    }
}

fn read_signing(fields: &mut Fields) -> Result<Option<Signing>, UnfitAction> {
    let Some(mut auth) = fields.optional_object("auth")? else { return Ok(None) };
    let signing = match auth.optional_object("sigv4")? {
        None => None,
        Some(mut given) => {
            let signing = Signing {
                region: given.text("signingRegion")?,
                service: given.text("serviceName")?,
                role_arn: given.text("roleArn")?,
            };
            given.finish()?;
            Some(signing)
        }
    };
    auth.finish()?;
    Ok(signing)
}

impl Action for Http {
    fn kind(&self) -> &'static str {
        "HttpAction"
    }

    fn role_arn(&self) -> Option<&str> {
        self.signing.as_ref().map(|signing| signing.role_arn.as_str())
    }

    fn confirmation_url(&self) -> Option<&str> {
        self.confirmation_url.as_ref().unwrap_or(&self.url).template.constant()
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let url = matched.fill(&self.url)?;
        HttpUrl::parse(&url).map_err(|error| Failure::of(&url, error.to_string()))?;
        let confirmation = self.confirmation_url.as_ref().map(|it| matched.fill(it)).transpose()?;
        let confirmation_url = confirmation.unwrap_or_else(|| url.clone());
        if !url.starts_with(&confirmation_url) {
            let what = format!("the URL does not begin with {confirmation_url:?}");
            return Err(Failure::of(&url, what));
        }
        desk.house.check_destination(&confirmation_url).map_err(|why| Failure::of(&url, why))?;
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let value = matched.fill(value)?;
            if http::HeaderValue::from_str(&value).is_err() {
                let what = format!("{value:?} is no value for the header {name}");
                return Err(Failure::of(&url, what));
            }
            headers.push((name.clone(), value));
        }
        let body = Bytes::copy_from_slice(&matched.selected.output);
        desk.note(|| format!("post to {url}: {}", String::from_utf8_lossy(&body)));
        let (target, resource, signing) =
            (confirmation_url.clone(), url.clone(), self.signing.clone());
        let request = HttpRequest { url, confirmation_url, headers, body, signing };
        desk.errands.push(Errand { target, resource, delivery: Delivery::Http(request) });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rules::Version;
    use serde_json::{Value, json};

    use crate::field::Uses;

    fn read(action: &Value) -> Result<Box<dyn crate::Action>, String> {
        let action = json!({ "http": action });
        crate::read("a", &action, Version::V2016_03_23, &mut Uses::default())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_to_be_confirmed_is_known_where_it_is_constant() {
        for (action, confirmed) in [
            (json!({"url": "https://a/b"}), Some("https://a/b")),
            (json!({"url": "https://a/b", "confirmationUrl": "https://a"}), Some("https://a")),
            (
                json!({"url": "https://a/${topic()}", "confirmationUrl": "https://a"}),
                Some("https://a"),
            ),
            (json!({"url": "https://a/${x}", "confirmationUrl": "https://${x}"}), None),
        ] {
            let read = read(&action).expect("fit");
            assert_eq!(read.confirmation_url(), confirmed);
            assert_eq!(read.role_arn(), None);
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_the_field() {
        for (action, reason) in [
            (json!({}), "a.http.url: this field is required"),
            (
                json!({"url": "https://a/${topic()}"}),
                "a.http.confirmationUrl: a url with substitution templates needs a confirmationUrl",
            ),
            (
                json!({"url": "https://a", "confirmationUrl": "https://b"}),
                "a.http.confirmationUrl: the url must begin with it",
            ),
            (
                json!({"url": "https://a", "headers": [{"key": "a b", "value": "c"}]}),
                "a.http.headers[0].key: \"a b\" is no name of a header",
            ),
            (
                json!({"url": "https://a", "headers": [{"key": "Host", "value": "c"}]}),
                "a.http.headers[0].key: the header host cannot be set",
            ),
            (
                json!({"url": "https://a", "auth": {"sigv4": {"serviceName": "s"}}}),
                "a.http.auth.sigv4.signingRegion: this field is required",
            ),
            (
                json!({"url": "https://a", "enableBatching": true}),
                "a.http.enableBatching: batches are not supported",
            ),
            (
                json!({"url": "https://a", "batchConfig": {}}),
                "a.http.batchConfig: this field is not known",
            ),
        ] {
            assert_eq!(read(&action).expect_err("refused"), reason);
        }
    }
}
