//! What a client showed on its way in, by the names under which clients say things to authorizers.

use std::borrow::Cow;

/// What was seen of a connection or a request, in all protocols that it went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown<'a> {
    /// What TLS calls the server name indication; nothing without TLS, or without a name in it.
    pub server_name: Option<&'a str>,
    pub http: Option<ShownHttp<'a>>,
    pub mqtt: Option<ShownMqtt<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownHttp<'a> {
    /// Names and values; the names in any case.
    pub headers: &'a [(String, String)],
    /// Without the question mark.
    pub query: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownMqtt<'a> {
    pub user_name: Option<&'a str>,
    pub password: Option<&'a [u8]>,
    pub client_id: Option<&'a str>,
}

impl<'a> Shown<'a> {
    /// What a client says under a name: in a header, in a query, or in the query behind its MQTT user
    /// name, which is how devices say it that speak MQTT alone.
    pub(crate) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        let header = self.http.and_then(|http| http.header(name)).map(Cow::Borrowed);
        let query = || self.http.and_then(|http| in_query(http.query, name));
        let user_name = || {
            let (_, query) = self.mqtt?.user_name?.split_once('?')?;
            in_query(query, name)
        };
        header.or_else(query).or_else(user_name)
    }
}

impl<'a> ShownHttp<'a> {
    fn header(&self, wanted: &str) -> Option<&'a str> {
        let found = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    }
}

fn in_query<'a>(query: &'a str, wanted: &str) -> Option<Cow<'a, str>> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| decoded(name) == wanted);
    named.next().map(|(_, value)| decoded(value))
}

/// A plus sign stays what it is: signatures hold some, and not all clients write them as `%2B`.
fn decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_found_wherever_it_is_said() {
        let headers = [("X-Amz-CustomAuthorizer-Name".to_owned(), "by-header".to_owned())];
        let name = "x-amz-customauthorizer-name";
        let query = "a=b&x-amz-customauthorizer-name=by%2Dquery&token=a+b%2Bc";
        let mqtt = |user_name| ShownMqtt { user_name, password: None, client_id: Some("lamp") };
        let user_name = Some("lamp?x-amz-customauthorizer-name=by-user-name&token=t");
        let all = Shown {
            server_name: None,
            http: Some(ShownHttp { headers: &headers, query }),
            mqtt: Some(mqtt(user_name)),
        };
        assert_eq!(all.value(name).as_deref(), Some("by-header"));
        assert_eq!(all.value("token").as_deref(), Some("a+b+c"));
        let query = Shown { http: Some(ShownHttp { headers: &[], query }), ..all };
        assert_eq!(query.value(name).as_deref(), Some("by-query"));
        let alone = Shown { http: None, ..all };
        assert_eq!(alone.value(name).as_deref(), Some("by-user-name"));
        let plain = Shown { mqtt: Some(mqtt(Some("lamp"))), ..alone };
        assert_eq!(plain.value(name), None);
    }
}
