//! The versions of AWS IoT SQL. A rule names one, and keeps it.

/// Which rules of the language hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// What a rule that names no version gets.
    #[default]
    V2015_10_08,
    V2016_03_23,
    Beta,
}

impl Version {
    pub const ALL: [Version; 3] = [Version::V2015_10_08, Version::V2016_03_23, Version::Beta];

    pub fn from_name(name: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Version::V2015_10_08 => "2015-10-08",
            Version::V2016_03_23 => "2016-03-23",
            Version::Beta => "beta",
        }
    }

    /// From 2016-03-23 on, a number that is whole is an Int, however it is written: 10.0 is 10.
    pub(crate) fn makes_whole_numbers_int(self) -> bool {
        self != Version::V2015_10_08
    }

    /// Object and array literals, nested queries and some functions came with 2016-03-23.
    pub(crate) fn is_first(self) -> bool {
        self == Version::V2015_10_08
    }
}
