//! A template's file, and how a stack is called of it.

use std::path::Path;

use anyhow::{Context, Result};

/// The text, and the folder that its paths begin at.
pub(crate) fn read(file: &Path) -> Result<(String, &Path)> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the template {} cannot be read", file.display()))?;
    Ok((text, file.parent().unwrap_or(Path::new(""))))
}

/// The name of the file, or that of its folder if it is just called template.
pub(crate) fn stack_name(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    if stem != "template" {
        return Some(plain(stem));
    }
    let folder = std::path::absolute(file).ok()?;
    Some(plain(folder.parent()?.file_name()?.to_str()?))
}

/// Names of stacks are letters, digits and hyphens.
fn plain(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_called_as_its_file_or_folder() {
        let check = |path: &str, name: &str| {
            assert_eq!(stack_name(Path::new(path)).as_deref(), Some(name), "{path}");
        };
        check("lamp.yaml", "lamp");
        check("a/my_lamp.json", "my-lamp");
        check("applications/house/template.yaml", "house");
    }
}
