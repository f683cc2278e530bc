//! Texts: each once, and which of them each row has.

use std::sync::Arc;

use crate::error::SeriesError;
use crate::segment::integers;
use crate::wire::{Reader, put_bytes, put_varint};

pub(super) fn encode(codes: &[u32], words: &[Arc<str>], into: &mut Vec<u8>) {
    let mut used: Vec<Option<i64>> = vec![None; words.len()];
    let mut order = Vec::new();
    let mut numbers = Vec::with_capacity(codes.len());
    for code in codes {
        let number = *used[*code as usize].get_or_insert_with(|| {
            order.push(*code as usize);
            (order.len() - 1) as i64
        });
        numbers.push(number);
    }
    put_varint(into, order.len() as u64);
    for word in order {
        put_bytes(into, words[word].as_bytes());
    }
    integers::encode(&numbers, into);
}

pub(super) fn decode(
    reader: &mut Reader<'_>,
    count: usize,
) -> Result<(Vec<u32>, Vec<Arc<str>>), SeriesError> {
    let words = reader.count(count)?;
    let words = (0..words).map(|_| reader.text().map(Arc::from));
    let words = words.collect::<Result<Vec<Arc<str>>, SeriesError>>()?;
    let codes = integers::decode(reader, count)?.into_iter();
    let codes = codes.map(|code| {
        let code = u32::try_from(code).ok().filter(|code| (*code as usize) < words.len());
        code.ok_or(SeriesError::Damaged { what: "a text is not among the texts" })
    });
    let codes = codes.collect::<Result<Vec<u32>, SeriesError>>()?;
    Ok((codes, words))
}
