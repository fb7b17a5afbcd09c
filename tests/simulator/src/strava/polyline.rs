//! Google's encoded polyline, in which Strava draws maps.

/// Every so many places that about `most` remain.
pub(super) fn thin(places: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let step = places.len().div_ceil(most.max(1)).max(1);
    places.iter().step_by(step).copied().collect()
}

pub(super) fn encode(places: &[(f64, f64)]) -> String {
    let mut text = String::new();
    let mut before = (0_i64, 0_i64);
    for (latitude, longitude) in places {
        let here = ((latitude * 1e5).round() as i64, (longitude * 1e5).round() as i64);
        number(&mut text, here.0 - before.0);
        number(&mut text, here.1 - before.1);
        before = here;
    }
    text
}

fn number(text: &mut String, value: i64) {
    let mut rest = (value << 1 ^ value >> 63) as u64;
    while rest >= 0x20 {
        text.push(char::from((rest & 0x1f) as u8 + 0x20 + 63));
        rest >>= 5;
    }
    text.push(char::from(rest as u8 + 63));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_encoded_as_its_inventor_documents() {
        let places = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)];
        assert_eq!(encode(&places), "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
        assert_eq!(thin(&places, 2).len(), 2);
        assert_eq!(encode(&[]), "");
    }
}
