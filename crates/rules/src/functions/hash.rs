//! Digests of texts, as lower-case hexadecimal digits.

use aws_lc_rs::digest::{self, Algorithm};
use stdx::hex;

use crate::function::Reply;
use crate::functions::{md2, md5, text, text_reply};
use crate::scene::Scene;
use crate::value::Value;

fn digest<'v>(
    scene: &Scene<'v>,
    arguments: &[Value<'v>],
    algorithm: &'static Algorithm,
) -> Reply<'v> {
    let text = text(scene, &arguments[0])?;
    text_reply(hex::encode(digest::digest(algorithm, text.as_bytes()).as_ref()))
}

pub(crate) fn md2<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    text_reply(hex::encode(&md2::digest(text(scene, &arguments[0])?.as_bytes())))
}

pub(crate) fn md5<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    text_reply(hex::encode(&md5::digest(text(scene, &arguments[0])?.as_bytes())))
}

pub(crate) fn sha1<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    digest(scene, arguments, &digest::SHA1_FOR_LEGACY_USE_ONLY)
}

pub(crate) fn sha224<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    digest(scene, arguments, &digest::SHA224)
}

pub(crate) fn sha256<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    digest(scene, arguments, &digest::SHA256)
}

pub(crate) fn sha384<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    digest(scene, arguments, &digest::SHA384)
}

pub(crate) fn sha512<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    digest(scene, arguments, &digest::SHA512)
}
