//! JSON as bytes: checked once by [`scan`], then walked as often as anyone asks, never made into a
//! tree. A [`Json`] is the text of one value that was checked.

mod scan;
mod text;
mod walk;

pub use scan::Fault;
pub(crate) use scan::{Checked, Member, Members, Root, scan};
pub(crate) use text::{unescape, write_string};
pub(crate) use walk::{Entries, Items, whole, write_whole_as_ints};

/// The text of one JSON value, without whitespace around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// What kind of value a JSON text is: its first byte says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

impl<'a> Json<'a> {
    /// The text must have come through [`scan`], whole or as a part.
    pub(crate) fn from_checked(text: &'a str) -> Json<'a> {
        Json(text)
    }

    /// Checks a text of any kind.
    pub(crate) fn from_text(text: &'a str) -> Result<Json<'a>, Fault> {
        let document = scan(text)?;
        Ok(Json(&text[document.start..document.end]))
    }

    pub fn as_str(self) -> &'a str {
        self.0
    }

    pub(crate) fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't') => Kind::True,
            Some(b'f') => Kind::False,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The members of an object, in their order, duplicates and all; none of anything else.
    pub(crate) fn entries(self) -> Entries<'a> {
        Entries::new(self)
    }

    /// The elements of an array; none of anything else.
    pub(crate) fn items(self) -> Items<'a> {
        Items::new(self)
    }

    /// The member of that name: the last one, if it comes more than once.
    pub(crate) fn member(self, name: &str) -> Option<Json<'a>> {
        self.entries().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value)
    }
}
