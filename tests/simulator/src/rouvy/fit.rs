//! Garmin's FIT, as much of it as a ride needs: a header, definitions, rows, and a sum over all of it.

/// Unix seconds at which FIT begins to count: 1989-12-31T00:00:00Z.
const EPOCH: i64 = 631_065_600;

/// What stands for "not known" in each.
const NO_BYTE: u64 = 0xFF;
const NO_SHORT: u64 = 0xFFFF;
const NO_LONG: u64 = 0xFFFF_FFFF;
const NO_PLACE: u64 = 0x7FFF_FFFF;

/// How a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Enum,
    Byte,
    Short,
    Long,
    /// Semicircles, with a sign.
    Place,
}

impl Base {
    fn code(self) -> u8 {
        match self {
            Base::Enum => 0x00,
            Base::Byte => 0x02,
            Base::Short => 0x84,
            Base::Place => 0x85,
            Base::Long => 0x86,
        }
    }

    fn size(self) -> u8 {
        match self {
            Base::Enum | Base::Byte => 1,
            Base::Short => 2,
            Base::Long | Base::Place => 4,
        }
    }

    /// Scaled and rounded, or what stands for nothing.
    fn bits(self, value: Option<f64>) -> u64 {
        let none = match self {
            Base::Enum | Base::Byte => NO_BYTE,
            Base::Short => NO_SHORT,
            Base::Long => NO_LONG,
            Base::Place => NO_PLACE,
        };
        match (self, value.map(f64::round)) {
            (Base::Place, Some(value)) => u64::from((value as i32).cast_unsigned()),
            (_, Some(value)) if value >= 0.0 && value < none as f64 => value as u64,
            _ => none,
        }
    }
}

/// A column: its number in the profile, how it is written, and what a value is multiplied by.
pub(super) type Column = (u8, Base, f64);

/// A moment as a number of the file.
pub(super) fn moment(millis: i64) -> Option<f64> {
    Some((millis.div_euclid(1_000) - EPOCH) as f64)
}

/// A file in the making.
#[derive(Debug, Default)]
pub(super) struct File {
    body: Vec<u8>,
    tables: u8,
}

impl File {
    /// Adds messages of one kind, with their definition before them.
    pub(super) fn table(&mut self, kind: u16, columns: &[Column], rows: impl IntoIterator<Item = Vec<Option<f64>>>) {
        let local = self.tables;
        self.tables = (self.tables + 1) % 16;
        self.body.extend([0x40 | local, 0, 0]);
        self.body.extend(kind.to_le_bytes());
        self.body.push(columns.len() as u8);
        for (number, base, _) in columns {
            self.body.extend([*number, base.size(), base.code()]);
        }
        for row in rows {
            self.body.push(local);
            for ((_, base, scale), value) in columns.iter().zip(row) {
                let bits = base.bits(value.map(|value| value * scale)).to_le_bytes();
                self.body.extend(bits.iter().take(usize::from(base.size())));
            }
        }
    }

    /// With header and sums.
    pub(super) fn finish(self) -> Vec<u8> {
        // Protocol 2.0, profile 21.40.
        let mut file = vec![14, 0x20];
        file.extend(2_140_u16.to_le_bytes());
        file.extend((self.body.len() as u32).to_le_bytes());
        file.extend(b".FIT");
        file.extend(sum(&file).to_le_bytes());
        file.extend(self.body);
        file.extend(sum(&file).to_le_bytes());
        file
    }
}

/// CRC-16 with the polynomial 0xA001, from zero.
fn sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xA001 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_one_of_the_catalogues() {
        // CRC-16/ARC of this text is the check value that everybody gives.
        assert_eq!(sum(b"123456789"), 0xBB3D);
    }

    #[test]
    fn a_file_says_how_long_it_is_and_ends_in_its_sum() {
        let mut file = File::default();
        file.table(20, &[(253, Base::Long, 1.0), (3, Base::Byte, 1.0)], [vec![Some(7.0), None]]);
        let bytes = file.finish();
        assert_eq!(&bytes[8..12], b".FIT");
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 14 - 2);
        assert_eq!(sum(&bytes), 0, "a sum over a file with its sum comes to nothing");
        assert_eq!(bytes[14..26], [0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 3, 1, 0x02]);
        assert_eq!(bytes[26..32], [0, 7, 0, 0, 0, 0xFF]);
    }

    #[test]
    fn what_is_too_large_or_below_zero_is_not_known() {
        assert_eq!(Base::Byte.bits(Some(255.0)), NO_BYTE);
        assert_eq!(Base::Short.bits(Some(-1.0)), NO_SHORT);
        assert_eq!(Base::Place.bits(Some(-1.0)), 0xFFFF_FFFF);
        assert_eq!(Base::Place.bits(None), NO_PLACE);
    }
}
