//! The one pass over a payload: checks that it is JSON (RFC 8259) and notes where the members of
//! the outermost object are. It does not recurse, so no nesting can exhaust the stack.

use smallvec::SmallVec;

/// How deep arrays and objects may nest. Devices nest a few levels; what walks the text later
/// recurses no deeper than this.
pub(crate) const DEPTH_MAX: usize = 100;

/// Where and why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {expected} expected")]
pub struct Fault {
    pub at: usize,
    pub expected: &'static str,
}

/// One member of the outermost object: bytes from where to where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// Between the quotes.
    pub(crate) key: (u32, u32),
    pub(crate) value: (u32, u32),
    pub(crate) is_key_escaped: bool,
}

/// As many as a telemetry message mostly has, so that most payloads need no allocation.
pub(crate) type Members = SmallVec<[Member; 16]>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Object,
    Array,
    Scalar,
}

/// A text that is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) root: Root,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Of the outermost object.
    pub(crate) members: Members,
    /// Some number is written with a point or an exponent and may be whole all the same: 10.0, 1e3.
    pub(crate) has_whole: bool,
}

pub(crate) fn scan(text: &str) -> Result<Checked, Fault> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, has_whole: false };
    if u32::try_from(text.len()).is_err() {
        return Err(scanner.fault("less than 4 GiB"));
    }
    scanner.whitespace();
    let start = scanner.at;
    let mut members = Members::new();
    let root = match scanner.peek() {
        Some(b'{') => {
            scanner.object(&mut members)?;
            Root::Object
        }
        Some(b'[') => {
            scanner.value(0)?;
            Root::Array
        }
        _ => {
            scanner.value(0)?;
            Root::Scalar
        }
    };
    let end = scanner.at;
    scanner.whitespace();
    match scanner.peek() {
        None => Ok(Checked { root, start, end, members, has_whole: scanner.has_whole }),
        Some(_) => Err(scanner.fault("the end")),
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    has_whole: bool,
}

/// The kinds of the containers around a value, innermost last: a bit is set for an object.
#[derive(Default)]
struct Nest {
    objects: u128,
    depth: usize,
}

impl Nest {
    fn push(&mut self, is_object: bool) {
        self.objects = self.objects << 1 | u128::from(is_object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.objects >>= 1;
        self.depth -= 1;
    }

    fn is_in_object(&self) -> bool {
        self.objects & 1 == 1
    }
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, expected: &'static str) -> Fault {
        Fault { at: self.at, expected }
    }

    fn whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault(expected));
        }
        self.at += 1;
        Ok(())
    }

    /// The outermost object.
    fn object(&mut self, members: &mut Members) -> Result<(), Fault> {
        self.at += 1;
        self.whitespace();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.at + 1;
            let (key_end, is_key_escaped) = self.key()?;
            let key = (key as u32, key_end as u32);
            let start = self.at;
            self.value(1)?;
            members.push(Member { key, value: (start as u32, self.at as u32), is_key_escaped });
            self.whitespace();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.fault("',' or '}'")),
            }
            self.whitespace();
        }
        self.at += 1;
        Ok(())
    }

    /// A key and its colon, up to the value: where the key ends, and whether it has escapes.
    fn key(&mut self) -> Result<(usize, bool), Fault> {
        self.take(b'"', "a string")?;
        let is_escaped = self.string()?;
        let end = self.at - 1;
        self.whitespace();
        self.take(b':', "':'")?;
        self.whitespace();
        Ok((end, is_escaped))
    }

    /// A value and all that is in it, `depth` containers deep already.
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        if !matches!(self.peek(), Some(b'{' | b'[')) {
            return self.scalar();
        }
        let mut nest = Nest::default();
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    if depth + nest.depth >= DEPTH_MAX {
                        return Err(self.fault("at most 100 levels"));
                    }
                    self.at += 1;
                    self.whitespace();
                    nest.push(open == b'{');
                    match self.peek() {
                        Some(b'}') if open == b'{' => {}
                        Some(b']') if open == b'[' => {}
                        _ if open == b'{' => {
                            self.key()?;
                            continue;
                        }
                        _ => continue,
                    }
                }
                _ => self.scalar()?,
            }
            if !self.after(&mut nest)? {
                return Ok(());
            }
        }
    }

    /// Closes what ends after a value. Says whether another value follows.
    fn after(&mut self, nest: &mut Nest) -> Result<bool, Fault> {
        while nest.depth > 0 {
            self.whitespace();
            let is_in_object = nest.is_in_object();
            match (self.peek(), is_in_object) {
                (Some(b','), _) => {
                    self.at += 1;
                    self.whitespace();
                    if is_in_object {
                        self.key()?;
                    }
                    return Ok(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.at += 1;
                    nest.pop();
                }
                (_, true) => return Err(self.fault("',' or '}'")),
                (_, false) => return Err(self.fault("',' or ']'")),
            }
        }
        Ok(false)
    }

    fn scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string().map(drop)
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => Err(self.fault("a value")),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.fault("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            let start = self.at;
            self.digits()?;
            self.has_whole |= self.bytes[start..self.at].iter().all(|digit| *digit == b'0');
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.has_whole = true;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a digit")) } else { Ok(()) }
    }

    /// The rest of a string, its closing quote too. Says whether it has escapes.
    fn string(&mut self) -> Result<bool, Fault> {
        let mut is_escaped = false;
        loop {
            self.plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(is_escaped);
                }
                Some(b'\\') => {
                    is_escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.fault("the end of a string")),
            }
        }
    }

    /// Skips to the next quote, backslash or control character, eight bytes at a time.
    fn plain(&mut self) {
        const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
        const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
        let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
        while let Some(eight) = self.bytes.get(self.at..self.at + 8) {
            let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
            let quotes = has_zero(word ^ (ONES * u64::from(b'"')));
            let backslashes = has_zero(word ^ (ONES * u64::from(b'\\')));
            let controls = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
            let found = quotes | backslashes | controls;
            if found != 0 {
                self.at += found.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
        while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.fault("a hexadecimal digit"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.fault("an escape")),
        }
        Ok(())
    }
}
