//! Messages by their words in order: `[ip, user, ..., status = 4* || status = 5*, bytes > 1000]`

use super::UnfitPattern;
use super::condition::Condition;
use super::cursor::Cursor;

#[derive(Clone, Debug)]
pub(super) struct Fields {
    before: Vec<Field>,
    /// Behind an ellipsis, if there is one.
    after: Option<Vec<Field>>,
}

/// One of these groups of conditions must hold as a whole; without any, every word does.
#[derive(Clone, Debug, Default)]
struct Field(Vec<Vec<Condition>>);

impl Fields {
    pub(super) fn parse(text: &str) -> Result<Fields, UnfitPattern> {
        let mut cursor = Cursor::new(text);
        if !cursor.take("[") {
            return cursor.expected("[");
        }
        let mut fields = Fields { before: Vec::new(), after: None };
        loop {
            if cursor.take("...") {
                if fields.after.replace(Vec::new()).is_some() {
                    return cursor.expected("one ellipsis");
                }
            } else {
                let field = Field::read(&mut cursor)?;
                fields.after.as_mut().unwrap_or(&mut fields.before).push(field);
            }
            if cursor.take("]") {
                break;
            }
            if !cursor.take(",") {
                return cursor.expected(", or ]");
            }
        }
        match cursor.is_done() {
            true => Ok(fields),
            false => cursor.expected("nothing more"),
        }
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let words = words(message);
        let all_hold = |fields: &[Field], words: &[&str]| {
            fields.iter().zip(words).all(|(field, word)| field.holds(word))
        };
        match &self.after {
            None => words.len() == self.before.len() && all_hold(&self.before, &words),
            Some(after) => {
                let Some(skipped) = words.len().checked_sub(after.len()) else { return false };
                skipped >= self.before.len()
                    && all_hold(&self.before, &words)
                    && all_hold(after, &words[skipped..])
            }
        }
    }
}

impl Field {
    /// A name alone, or conditions on it, each of which names it again.
    fn read(cursor: &mut Cursor<'_>) -> Result<Field, UnfitPattern> {
        let name = name(cursor)?;
        let is_end = |character: char| character.is_whitespace() || ",]&|".contains(character);
        if cursor.is_done() || cursor.rest().starts_with([',', ']']) {
            return Ok(Field::default());
        }
        let mut choices = vec![vec![Condition::read(cursor, is_end)?]];
        loop {
            if cursor.take("&&") {
                same(cursor, name)?;
                let last = choices.last_mut().expect("it began with one");
                last.push(Condition::read(cursor, is_end)?);
            } else if cursor.take("||") {
                same(cursor, name)?;
                choices.push(vec![Condition::read(cursor, is_end)?]);
            } else {
                return Ok(Field(choices));
            }
        }
    }

    fn holds(&self, word: &str) -> bool {
        let group_holds = |group: &Vec<Condition>| group.iter().all(|one| one.holds(word));
        self.0.is_empty() || self.0.iter().any(group_holds)
    }
}

fn name<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, UnfitPattern> {
    cursor.skip_spaces();
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    match cursor.take_while(is_name) {
        "" => cursor.expected("a name of a field or ..."),
        name => Ok(name),
    }
}

fn same(cursor: &mut Cursor<'_>, expected: &str) -> Result<(), UnfitPattern> {
    match name(cursor)? == expected {
        true => Ok(()),
        false => cursor.expected("the name of the same field"),
    }
}

/// Words of a message; what stands in quotation marks or brackets is one.
fn words(message: &str) -> Vec<&str> {
    let (mut words, mut rest) = (Vec::new(), message.trim_start());
    while !rest.is_empty() {
        let closing = match rest.as_bytes()[0] {
            b'"' => Some('"'),
            b'[' => Some(']'),
            _ => None,
        };
        let whole = closing.and_then(|closing| rest[1..].split_once(closing));
        let (word, behind) = whole
            .unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;

    #[test]
    fn words_are_compared_in_their_order() {
        let cases = [
            ("[ip, env, user, time, request, status = 4*, bytes]", true),
            ("[ip, env, user, time, request, status = 5*, bytes]", false),
            ("[ip, user, bytes]", false),
            ("[..., status = 404, bytes > 1000]", true),
            ("[ip = 127.0.0.1, ...]", true),
            ("[ip != 127.*, ...]", false),
            ("[ip, ..., request = *.html*, status, bytes]", true),
            ("[..., status = 404 || status = 410, bytes]", true),
            ("[..., bytes > 1000 && bytes < 1500]", false),
            ("[time, ..., time = %^10/Oct%, request, status, bytes]", true),
            ("[...]", true),
        ];
        for (text, expected) in cases {
            let fields = Fields::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(fields.matches(LINE), expected, "{text}");
        }
        assert!(!Fields::parse("[a, ..., b, c]").expect("right").matches("one two"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, expected) in [
            ("[a", ", or ]"),
            ("[]", "a name of a field"),
            ("[..., a, ...]", "one ellipsis"),
            ("[a = 1 || b = 2]", "the same field"),
            ("[a] b", "nothing more"),
        ] {
            let refused = Fields::parse(text).expect_err(text).to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }
}
