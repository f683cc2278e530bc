//! The text of a template, as values and the lines where they stand.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::TemplateError;
use crate::yaml;

/// AWS's limit of a template that comes from a bucket.
pub const TEXT_BYTES_MAX: usize = 1_048_576;

/// Values, and the line of each mapping's entries by its path.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Source {
    pub(crate) value: Value,
    pub(crate) lines: BTreeMap<String, usize>,
}

impl Source {
    pub(crate) fn read(text: &str) -> Result<Source, TemplateError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(TemplateError::Size { most: TEXT_BYTES_MAX });
        }
        // Only YAML has names without quotes.
        let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
        if inside.is_some_and(|inside| inside.starts_with(['"', '}'])) {
            let value = serde_json::from_str(text).map_err(|error| {
                let (line, column, what) = (error.line(), error.column(), error.to_string());
                TemplateError::Syntax { language: "JSON", line, column, what }
            })?;
            return Ok(Source { value, lines: BTreeMap::new() });
        }
        yaml::read(text)
    }

    /// The same error with the line of its place, or of the nearest place around it.
    pub(crate) fn with_line(&self, error: TemplateError) -> TemplateError {
        match error {
            TemplateError::Wrong { path, line: None, what } => {
                let line = self.line_of(&path);
                TemplateError::Wrong { path, line, what }
            }
            other => other,
        }
    }

    fn line_of(&self, path: &str) -> Option<usize> {
        let mut place = path;
        loop {
            if let Some(line) = self.lines.get(place) {
                return Some(*line);
            }
            (place, _) = place.rsplit_once('/')?;
        }
    }
}
