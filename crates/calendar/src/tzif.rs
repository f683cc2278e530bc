//! A zone of the time zone database, in the format of RFC 9636: when its clocks changed, and the
//! rule for the time after that.

use crate::posix::Rule;
use crate::zone::Local;

/// The parts of a file that matter, as they lie in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'a> {
    /// Eight bytes each.
    transitions: &'a [u8],
    /// One byte each: the type after the transition.
    types_after: &'a [u8],
    /// Six bytes each.
    types: &'a [u8],
    names: &'a [u8],
    rule: &'a str,
}

const HEADER: usize = 44;

/// The six counts of a header, in its order.
struct Counts {
    universal: usize,
    standard: usize,
    leaps: usize,
    transitions: usize,
    types: usize,
    name_bytes: usize,
}

impl Counts {
    fn read(bytes: &[u8]) -> Option<Counts> {
        let header = bytes.get(..HEADER).filter(|header| header.starts_with(b"TZif"))?;
        let count = |at: usize| {
            let four = header[20 + 4 * at..24 + 4 * at].try_into().ok();
            four.map(|four| u32::from_be_bytes(four) as usize)
        };
        Some(Counts {
            universal: count(0)?,
            standard: count(1)?,
            leaps: count(2)?,
            transitions: count(3)?,
            types: count(4)?,
            name_bytes: count(5)?,
        })
    }

    /// How long the data after the header is, with so many bytes a time.
    fn data_bytes(&self, time_bytes: usize) -> usize {
        self.transitions * (time_bytes + 1)
            + self.types * 6
            + self.name_bytes
            + self.leaps * (time_bytes + 4)
            + self.standard
            + self.universal
    }
}

impl<'a> File<'a> {
    /// The second part, of 64-bit times; the first is for older readers.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<File<'a>> {
        let old = Counts::read(bytes)?;
        let bytes = bytes.get(HEADER + old.data_bytes(4)..)?;
        let counts = Counts::read(bytes)?;
        let (data, footer) = bytes.get(HEADER..)?.split_at_checked(counts.data_bytes(8))?;
        let (transitions, data) = data.split_at_checked(8 * counts.transitions)?;
        let (types_after, data) = data.split_at_checked(counts.transitions)?;
        let (types, data) = data.split_at_checked(6 * counts.types)?;
        let names = data.get(..counts.name_bytes)?;
        let rule = str::from_utf8(footer).ok()?.trim_matches('\n');
        Some(File { transitions, types_after, types, names, rule })
    }

    pub(crate) fn at(&self, unix_secs: i64) -> Option<Local<'a>> {
        let (times, _) = self.transitions.as_chunks::<8>();
        let past = times.partition_point(|time| i64::from_be_bytes(*time) <= unix_secs);
        if past == times.len()
            && let Some(rule) = Rule::parse(self.rule)
        {
            return Some(rule.at(unix_secs));
        }
        // Before the first change there was the first type.
        let index = past.checked_sub(1).map_or(Some(0), |last| self.types_after.get(last).copied());
        self.local(usize::from(index?))
    }

    fn local(&self, index: usize) -> Option<Local<'a>> {
        let (types, _) = self.types.as_chunks::<6>();
        let [a, b, c, d, _, name] = *types.get(index)?;
        let offset_secs = i64::from(i32::from_be_bytes([a, b, c, d]));
        let name = self.names.get(usize::from(name)..)?;
        let end = name.iter().position(|byte| *byte == 0)?;
        Some(Local { name: str::from_utf8(&name[..end]).ok()?, offset_secs })
    }
}
