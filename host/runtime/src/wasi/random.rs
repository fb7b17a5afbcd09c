//! Randomness that is a function of a number.
//!
//! What normalize returns must be the same on every machine and under every later version of this host, so the
//! generator is spelt out here instead of taken from a library that may change it: SplitMix64 (Steele, Lea, Flood
//! 2014).

use std::convert::Infallible;

use rand::TryRng;

/// A deterministic source. Not secret and not meant to be: a guest that is seeded has nothing to keep secret.
#[derive(Debug)]
pub(super) struct Seeded(u64);

impl Seeded {
    /// One of several streams of a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut source = Self(seed ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03));
        source.next();
        source
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub(super) fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            for (byte, from) in chunk.iter_mut().zip(word) {
                *byte = from;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_words_for_ever() {
        // The first three numbers of SplitMix64 from zero, as its authors publish them.
        let mut source = Seeded(0);
        assert_eq!(
            [source.next(), source.next(), source.next()],
            [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]
        );
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(Seeded::new(7, 1).wide(), Seeded::new(7, 2).wide());
    }
}
