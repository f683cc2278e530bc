//! MD5 (RFC 1321), which is the ETag of what is put whole.
//!
//! Each of its 64 steps waits for the one before, so what counts is how long a step takes from its newest
//! input to its result. Where the constants are known, the compiler adds them with an instruction of three
//! operands, which takes longer and stands in that way; so they come from memory. That alone is a sixth.

const BLOCK_BYTES: usize = 64;

/// How far each step of a round turns, four by four.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The sine of each step's number.
static SINES: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// An MD5 on its way.
#[derive(Clone, Debug)]
pub(crate) struct Md5 {
    state: [u32; 4],
    /// What came since the last whole block.
    rest: [u8; BLOCK_BYTES],
    bytes: u64,
}

impl Md5 {
    pub(crate) fn new() -> Md5 {
        let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Md5 { state, rest: [0; BLOCK_BYTES], bytes: 0 }
    }

    pub(crate) fn update(&mut self, mut data: &[u8]) {
        let held = (self.bytes % BLOCK_BYTES as u64) as usize;
        self.bytes = self.bytes.wrapping_add(data.len() as u64);
        if held > 0 {
            let (first, others) = data.split_at(data.len().min(BLOCK_BYTES - held));
            self.rest[held..held + first.len()].copy_from_slice(first);
            if held + first.len() < BLOCK_BYTES {
                return;
            }
            compress(&mut self.state, &[self.rest]);
            data = others;
        }
        let (blocks, rest) = data.as_chunks();
        compress(&mut self.state, blocks);
        self.rest[..rest.len()].copy_from_slice(rest);
    }

    pub(crate) fn finish(mut self) -> [u8; 16] {
        let bits = self.bytes.wrapping_mul(8);
        let held = (self.bytes % BLOCK_BYTES as u64) as usize;
        // A one, zeros up to eight bytes before the end of a block, and the length.
        let zeros = (2 * BLOCK_BYTES - 9 - held) % BLOCK_BYTES;
        let mut end = [0; 2 * BLOCK_BYTES];
        end[0] = 0x80;
        end[1 + zeros..9 + zeros].copy_from_slice(&bits.to_le_bytes());
        self.update(&end[..9 + zeros]);
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_le_bytes();
        }
        digest
    }
}

fn compress(state: &mut [u32; 4], blocks: &[[u8; BLOCK_BYTES]]) {
    let sines = std::hint::black_box(&SINES);
    for block in blocks {
        let mixed = mix(*state, block, sines);
        for (word, mixed) in state.iter_mut().zip(mixed) {
            *word = word.wrapping_add(mixed);
        }
    }
}

#[inline(always)]
fn mix(state: [u32; 4], block: &[u8; BLOCK_BYTES], sines: &[u32; 64]) -> [u32; 4] {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let (sines, _) = sines.as_chunks();
    // `x` is the newest, so it joins last.
    let state = round(state, &sines[0], TURNS[0], |at| words[at], |x, y, z| z ^ (x & (y ^ z)));
    let state = round(
        state,
        &sines[1],
        TURNS[1],
        |at| words[(5 * at + 1) % 16],
        |x, y, z| (y & !z).wrapping_add(x & z),
    );
    let state =
        round(state, &sines[2], TURNS[2], |at| words[(3 * at + 5) % 16], |x, y, z| x ^ (y ^ z));
    round(state, &sines[3], TURNS[3], |at| words[7 * at % 16], |x, y, z| y ^ (x | !z))
}

#[inline(always)]
fn round(
    [mut a, mut b, mut c, mut d]: [u32; 4],
    sines: &[u32; 16],
    turns: [u32; 4],
    word: impl Fn(usize) -> u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) -> [u32; 4] {
    let step = |w: u32, x, y, z, at: usize| {
        let known = w.wrapping_add(word(at)).wrapping_add(sines[at]);
        known.wrapping_add(mix(x, y, z)).rotate_left(turns[at % 4]).wrapping_add(x)
    };
    // Four times by hand: the compiler would leave it a loop.
    let mut four = |at| {
        a = step(a, b, c, d, at);
        d = step(d, a, b, c, at + 1);
        c = step(c, d, a, b, at + 2);
        b = step(b, c, d, a, at + 3);
    };
    four(0);
    four(4);
    four(8);
    four(12);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use md5::Digest;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn of(pieces: &[&[u8]]) -> [u8; 16] {
        let mut hasher = Md5::new();
        pieces.iter().for_each(|piece| hasher.update(piece));
        hasher.finish()
    }

    #[test]
    fn lengths_around_blocks() {
        let data: Vec<u8> = (0..300).map(|at| (at * 7) as u8).collect();
        for length in 0..data.len() {
            let expected: [u8; 16] = md5::Md5::digest(&data[..length]).into();
            assert_eq!(of(&[&data[..length]]), expected, "{length}");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(pieces in vec(vec(any::<u8>(), 0..200), 0..6)) {
            let expected: [u8; 16] = md5::Md5::digest(pieces.concat()).into();
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(of(&pieces), expected);
        }
    }
}
