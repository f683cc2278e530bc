//! Why a template is not taken.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("Template may not exceed {most} bytes in size.")]
    Size { most: usize },
    #[error(
        "Template format error: {language} not well-formed. (line {line}, column {column}): {what}"
    )]
    Syntax { language: &'static str, line: usize, column: usize, what: String },
    /// Something at a place of the template, as `/Resources/Lamp/Properties`.
    #[error("Template format error: [{path}]{} {what}", line_words(*line))]
    Wrong { path: String, line: Option<usize>, what: String },
    #[error("Template format error: Unresolved resource dependencies [{}] in the {block} block of the template", names.join(", "))]
    Unresolved { names: Vec<String>, block: &'static str },
    #[error("Circular dependency between resources: [{}]", names.join(", "))]
    Circular { names: Vec<String> },
    #[error("Parameters: [{}] must have values", names.join(", "))]
    NoValue { names: Vec<String> },
    #[error("Parameters: [{}] do not exist in the template", names.join(", "))]
    UnknownParameters { names: Vec<String> },
    #[error("Parameter '{name}' {why}")]
    Parameter { name: String, why: String },
    #[error("No export named {name} found. Rollback requested by user.")]
    NoExport { name: String },
}

fn line_words(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" (line {line})"))
}

impl TemplateError {
    pub(crate) fn at(path: &str, what: impl Into<String>) -> TemplateError {
        TemplateError::Wrong { path: path.to_owned(), line: None, what: what.into() }
    }
}
