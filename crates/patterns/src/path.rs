//! Where in an event something is: `$.detail.items[0].id`

use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Element(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no path: it needs to be like $.detail.state or $.items[0]")]
pub struct UnfitPath(String);

impl Path {
    pub fn parse(text: &str) -> Result<Path, UnfitPath> {
        Path::read(text).ok_or_else(|| UnfitPath(text.to_owned()))
    }

    fn read(text: &str) -> Option<Path> {
        let (mut rest, mut steps) = (text.strip_prefix('$')?, Vec::new());
        while !rest.is_empty() {
            if let Some(field) = rest.strip_prefix('.') {
                let end = field.find(['.', '[']).unwrap_or(field.len());
                let (name, behind) = field.split_at(end);
                let is_plain = |character: char| !"*@?()]'\" ".contains(character);
                (!name.is_empty() && name.chars().all(is_plain)).then_some(())?;
                steps.push(Step::Field(name.to_owned()));
                rest = behind;
            } else {
                let (inner, behind) = rest.strip_prefix('[')?.split_once(']')?;
                let quoted = |mark: char| inner.strip_prefix(mark)?.strip_suffix(mark);
                steps.push(match quoted('\'').or_else(|| quoted('"')) {
                    Some(name) => Step::Field(name.to_owned()),
                    None => Step::Element(inner.parse().ok()?),
                });
                rest = behind;
            }
        }
        Some(Path(steps))
    }

    pub fn find<'v>(&self, event: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(event, |value, step| match step {
            Step::Field(name) => value.get(name),
            Step::Element(at) => value.get(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_find_what_they_name() {
        let event = json!({ "detail-type": "t", "detail": { "list": [{ "a b": 1 }, 2] } });
        let cases = [
            ("$", Some(event.clone())),
            ("$.detail-type", Some(json!("t"))),
            ("$.detail.list[1]", Some(json!(2))),
            ("$.detail.list[0]['a b']", Some(json!(1))),
            ("$.detail.none", None),
            ("$.detail.list[9]", None),
        ];
        for (text, expected) in cases {
            let path = Path::parse(text).expect(text);
            assert_eq!(path.find(&event), expected.as_ref(), "{text}");
        }
        for text in ["", "a", "$.", "$..a", "$.a[", "$.a[x]", "$.*", "$.a[*]", "$a", "$.a[?(@.b)]"]
        {
            Path::parse(text).expect_err(text);
        }
    }
}
