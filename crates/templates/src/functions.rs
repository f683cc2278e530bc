//! What functions make of texts alone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// AWS's limit.
const BLOCKS_MAX: u32 = 256;

/// A piece of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

pub(crate) fn base64(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// The pieces of `arn:${AWS::Partition}:${!Literal}`.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        pieces.push(Piece::Text(before));
        let (name, behind) =
            after.split_once('}').ok_or_else(|| "has a variable without end".to_owned())?;
        match name.strip_prefix('!') {
            // `${!Name}` means `${Name}` itself.
            Some(literal) => {
                pieces.extend([Piece::Text("${"), Piece::Text(literal), Piece::Text("}")]);
            }
            None if name.trim().is_empty() => return Err("has a variable without name".to_owned()),
            None => pieces.push(Piece::Variable(name.trim())),
        }
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    Ok(pieces)
}

/// So many blocks of a larger one, each with so many bits for its hosts.
pub(crate) fn cidr(block: &str, count: u32, host_bits: Option<u32>) -> Result<Vec<String>, String> {
    let wrong = || format!("{block} is no block of addresses");
    let (address, prefix) = block.split_once('/').ok_or_else(wrong)?;
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
    let (bits, first, default) = match address {
        IpAddr::V4(address) => (32, u128::from(u32::from(address)), 8),
        IpAddr::V6(address) => (128, u128::from(address), 64),
    };
    let host_bits = host_bits.unwrap_or(default);
    if prefix > bits || host_bits > bits - prefix || !(1..=BLOCKS_MAX).contains(&count) {
        return Err(format!("{block} does not hold {count} blocks of {host_bits} bits"));
    }
    let spare = bits - prefix - host_bits;
    if spare < 32 && u64::from(count) > 1 << spare {
        return Err(format!("{block} does not hold {count} blocks of {host_bits} bits"));
    }
    // Of bits that belong to hosts nothing is kept.
    let mask = if prefix == 0 { 0 } else { u128::MAX << (bits - prefix) };
    let first = first & mask;
    let step = |number: u32| first + (u128::from(number) << host_bits);
    let name = |at: u128| match address {
        IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(at).unwrap_or(u32::MAX)).to_string(),
        IpAddr::V6(_) => Ipv6Addr::from(at).to_string(),
    };
    Ok((0..count).map(|number| format!("{}/{}", name(step(number)), bits - host_bits)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_variables() {
        use Piece::{Text, Variable};
        for (text, expected) in [
            ("", vec![]),
            ("a${B}c", vec![Text("a"), Variable("B"), Text("c")]),
            ("${A.B}${AWS::Region}", vec![Variable("A.B"), Variable("AWS::Region")]),
            ("${!A}", vec![Text("${"), Text("A"), Text("}")]),
            ("$a", vec![Text("$a")]),
        ] {
            assert_eq!(pieces(text), Ok(expected), "{text}");
        }
        assert!(pieces("${a").is_err() && pieces("${}").is_err());
    }

    #[test]
    fn blocks_are_cut() {
        for (block, count, bits, expected) in [
            ("10.0.0.0/16", 2, Some(8), Some(vec!["10.0.0.0/24", "10.0.1.0/24"])),
            ("10.0.3.7/24", 2, Some(4), Some(vec!["10.0.3.0/28", "10.0.3.16/28"])),
            ("10.0.0.0/24", 2, Some(8), None),
            ("fd00::/56", 2, Some(64), Some(vec!["fd00::/64", "fd00:0:0:1::/64"])),
            ("x", 1, None, None),
            ("10.0.0.0/33", 1, None, None),
        ] {
            let found = cidr(block, count, bits).ok();
            let expected: Option<Vec<String>> =
                expected.map(|blocks| blocks.into_iter().map(str::to_owned).collect());
            assert_eq!(found, expected, "{block}");
        }
    }
}
