//! Code that stands in a template, as the archive that a function is made of.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::error::AwsError;

/// AWS's limit.
const TEXT_BYTES_MAX: usize = 4 * 1_048_576;

/// An archive with one file, in base64. Its name is what the handler and the runtime make of it.
pub(crate) fn archive(runtime: &str, handler: &str, text: &str) -> Result<String, AwsError> {
    let end = match runtime {
        runtime if runtime.starts_with("python") => "py",
        runtime if runtime.starts_with("nodejs") => "js",
        other => {
            let what = format!("ZipFile is for Python and Node.js only, not {other}");
            return Err(AwsError::validation(what));
        }
    };
    if text.len() > TEXT_BYTES_MAX {
        return Err(AwsError::validation(format!(
            "ZipFile may have {TEXT_BYTES_MAX} bytes at most"
        )));
    }
    let module = handler.rsplit_once('.').map_or("index", |(module, _)| module);
    Ok(BASE64_STANDARD.encode(zip(&format!("{module}.{end}"), text.as_bytes())))
}

/// A ZIP file of one stored entry.
fn zip(name: &str, data: &[u8]) -> Vec<u8> {
    let name = name.as_bytes();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    let name_length = u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes();
    // No flags, stored, no date; then checksum and both lengths.
    let mut about = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
    about.extend(crc32fast::hash(data).to_le_bytes());
    about.extend(length(data));
    about.extend(length(data));
    about.extend(name_length);
    about.extend([0, 0]);
    let file = [&b"PK\x03\x04"[..], &about, name, data].concat();
    // Read by everybody, written by its owner.
    let mode = (0o100_644_u32 << 16).to_le_bytes();
    let entry = [&b"PK\x01\x02\x14\x03"[..], &about, &[0; 6], &mode, &[0; 4], name].concat();
    let end =
        [&b"PK\x05\x06"[..], &[0; 4], &[1, 0, 1, 0], &length(&entry), &length(&file), &[0, 0]]
            .concat();
    [file, entry, end].concat()
}
