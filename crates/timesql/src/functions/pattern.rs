//! LIKE.

use crate::error::Failure;

/// Whether a text is like a pattern of `%` and `_`.
pub(crate) fn like(text: &str, pattern: &str, escape: Option<char>) -> Result<bool, Failure> {
    let parts = parts(pattern, escape)?;
    let text: Vec<char> = text.chars().collect();
    let (mut place, mut part) = (0, 0);
    // Where the last `%` stood, and how far the text was there: the way back when what follows fails.
    let mut back: Option<(usize, usize)> = None;
    while place < text.len() {
        match parts.get(part) {
            Some(Part::Any) => {
                back = Some((part, place));
                part += 1;
            }
            Some(Part::One) => {
                place += 1;
                part += 1;
            }
            Some(Part::Letter(letter)) if *letter == text[place] => {
                place += 1;
                part += 1;
            }
            _ => {
                let Some((any, from)) = back else { return Ok(false) };
                back = Some((any, from + 1));
                place = from + 1;
                part = any + 1;
            }
        }
    }
    Ok(parts[part..].iter().all(|part| *part == Part::Any))
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Any,
    One,
    Letter(char),
}

fn parts(pattern: &str, escape: Option<char>) -> Result<Vec<Part>, Failure> {
    let mut letters = pattern.chars();
    let mut parts = Vec::with_capacity(pattern.len());
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            _ if Some(letter) == escape => match letters.next() {
                Some(next) if next == '%' || next == '_' || Some(next) == escape => {
                    Part::Letter(next)
                }
                _ => {
                    let what = "Escape character must be followed by '%', '_' or the escape \
                                character itself";
                    return Err(Failure::new(what));
                }
            },
            '%' => Part::Any,
            '_' => Part::One,
            letter => Part::Letter(letter),
        });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (text, pattern, is_like) in [
            ("abc", "abc", true),
            ("abc", "a%", true),
            ("abc", "%c", true),
            ("abc", "_b_", true),
            ("abc", "b", false),
            ("aXbXc", "a%b%c", true),
            ("", "%", true),
            ("", "_", false),
            ("a%c", "a#%c", true),
            ("abc", "a#%c", false),
            ("aaab", "%ab", true),
        ] {
            assert_eq!(like(text, pattern, Some('#')), Ok(is_like), "{text} {pattern}");
        }
        like("a", "a#", Some('#')).expect_err("nothing is escaped");
    }
}
