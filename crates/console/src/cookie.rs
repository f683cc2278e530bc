//! The cookie that holds a session's token.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::answer::{Answer, set};

const NAME: &str = "thingstead-session";

/// The token that a request brings.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == NAME && !value.is_empty()).then_some(value)
    })
}

/// No script reads it, no other site sends it, and the browser forgets it when it is closed.
pub(crate) fn give(answer: &mut Answer, token: &str, is_secure: bool) {
    put(answer, &format!("{NAME}={token}; Path=/; HttpOnly; SameSite=Strict"), is_secure);
}

pub(crate) fn take_away(answer: &mut Answer, is_secure: bool) {
    put(answer, &format!("{NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"), is_secure);
}

fn put(answer: &mut Answer, cookie: &str, is_secure: bool) {
    let secure = if is_secure { "; Secure" } else { "" };
    let value = HeaderValue::from_str(&format!("{cookie}{secure}"));
    set(answer, SET_COOKIE, value.expect("tokens are letters, digits, dots, - and _"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::nothing;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("a=b; xthingstead-session=no"));
        assert_eq!(token(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("c=d;thingstead-session=root.abc ; e"));
        assert_eq!(token(&headers), Some("root.abc"));
    }

    #[test]
    fn the_cookie_is_strict_and_secure_where_there_is_tls() {
        let text = |is_secure, give: fn(&mut Answer, bool)| {
            let mut answer = nothing(http::StatusCode::OK);
            give(&mut answer, is_secure);
            answer.headers()[SET_COOKIE].to_str().expect("text").to_owned()
        };
        let given = text(false, |answer, is_secure| give(answer, "root.a-_1", is_secure));
        assert_eq!(given, "thingstead-session=root.a-_1; Path=/; HttpOnly; SameSite=Strict");
        let taken = text(true, take_away);
        assert!(taken.contains("=; ") && taken.ends_with("Max-Age=0; Secure"), "{taken}");
    }
}
