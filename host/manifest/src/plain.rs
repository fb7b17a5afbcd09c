//! Whether a path means to every server what it says.
//!
//! A prefix is only as good as the agreement on what the path is. `url` has resolved `.` and `..` and their encoded
//! spellings, and has turned `\` into `/`; what is left are spellings that some server decodes once more: an encoded slash or
//! dot segment, encoded twice, or `..;` with a parameter that a servlet container cuts off.

use crate::limits::MAX_DECODE_ROUNDS;

/// True where no number of decodings makes another path of this one.
pub(crate) fn is_plain(path: &str) -> bool {
    let mut bytes = path.as_bytes().to_vec();
    if !is_safe(&bytes) {
        return false;
    }
    let slashes = count_slashes(&bytes);
    for _ in 0..MAX_DECODE_ROUNDS {
        let decoded = decode(&bytes);
        if decoded == bytes {
            return true;
        }
        if !is_safe(&decoded) || count_slashes(&decoded) != slashes {
            return false;
        }
        bytes = decoded;
    }
    false
}

fn count_slashes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'/').count()
}

fn is_safe(bytes: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 || *byte == 0x7f || *byte == b'\\';
    if bytes.iter().any(control) {
        return false;
    }
    bytes.split(|&byte| byte == b'/').all(|segment| {
        let bare = segment.split(|&byte| byte == b';').next().unwrap_or(segment);
        bare != b"." && bare != b".."
    })
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        if let (b'%', [high, low, after @ ..]) = (first, tail)
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            out.push(high * 16 + low);
            rest = after;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    out
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
