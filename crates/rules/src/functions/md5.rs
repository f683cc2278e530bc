//! MD5 (RFC 1321): broken, but AWS has it, and payloads are told apart by it.

use std::sync::LazyLock;

const BLOCK: usize = 64;

/// How far each step of a round turns its word.
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The sines of the steps (RFC 1321 §3.4).
static SINES: LazyLock<[u32; BLOCK]> = LazyLock::new(|| {
    std::array::from_fn(|step| (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32)
});

pub(super) fn digest(message: &[u8]) -> [u8; 16] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    let length = (padded.len() + 8).next_multiple_of(BLOCK) - 8;
    padded.resize(length, 0);
    padded.extend_from_slice(&(message.len() as u64).wrapping_mul(8).to_le_bytes());
    let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476];
    for block in padded.chunks_exact(BLOCK) {
        absorb(&mut state, block);
    }
    let mut out = [0; 16];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    out
}

fn absorb(state: &mut [u32; 4], block: &[u8]) {
    let word = |at: usize| -> u32 {
        let bytes = block[4 * at..4 * at + 4].try_into();
        u32::from_le_bytes(bytes.expect("a block has sixteen words"))
    };
    let [mut a, mut b, mut c, mut d] = *state;
    for (step, sine) in SINES.iter().enumerate() {
        let round = step / 16;
        let (mixed, at) = match round {
            0 => (b & c | !b & d, step),
            1 => (d & b | !d & c, 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        let sum = a.wrapping_add(mixed).wrapping_add(*sine).wrapping_add(word(at % 16));
        let turned = b.wrapping_add(sum.rotate_left(SHIFTS[round][step % 4]));
        (a, b, c, d) = (d, turned, b, c);
    }
    for (held, new) in state.iter_mut().zip([a, b, c, d]) {
        *held = held.wrapping_add(new);
    }
}

#[cfg(test)]
mod tests {
    use super::digest;

    /// The test suite of RFC 1321, appendix A.5, and lengths around a block.
    #[test]
    fn digests_are_those_of_the_specification() {
        let cases = [
            (String::new(), "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc".to_owned(), "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest".to_owned(), "f96b697d7cb7938d525a2f31aaf161d0"),
            ("1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"),
            ("a".repeat(55), "ef1772b6dff9a122358552954ad0df65"),
            ("a".repeat(56), "3b0c8ac703f828b04c6c197006d17218"),
            ("a".repeat(64), "014842d480b571495a4a0363793f7367"),
        ];
        for (text, expected) in cases {
            assert_eq!(stdx::hex::encode(&digest(text.as_bytes())), expected, "{text}");
        }
    }
}
