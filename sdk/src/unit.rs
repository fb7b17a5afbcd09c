//! From the units in which providers write to those of the registry.

/// Metres of kilometres.
pub fn from_km(km: f64) -> f64 {
    km * 1_000.0
}

/// Metres of statute miles.
pub fn from_miles(miles: f64) -> f64 {
    miles * 1_609.344
}

/// Metres of feet.
pub fn from_feet(feet: f64) -> f64 {
    feet * 0.3048
}

/// Metres of yards.
pub fn from_yards(yards: f64) -> f64 {
    yards * 0.9144
}

/// Kilograms of pounds.
pub fn from_pounds(pounds: f64) -> f64 {
    pounds * 0.453_592_37
}

/// Degrees Celsius of Fahrenheit.
pub fn from_fahrenheit(fahrenheit: f64) -> f64 {
    (fahrenheit - 32.0) / 1.8
}

/// Metres a second of kilometres an hour.
pub fn from_kmh(kmh: f64) -> f64 {
    kmh / 3.6
}

/// Metres a second of miles an hour.
pub fn from_mph(mph: f64) -> f64 {
    mph * 0.447_04
}

/// Kilocalories of kilojoules.
pub fn from_kj(kj: f64) -> f64 {
    kj / 4.184
}

/// Milligrams a decilitre of millimoles a litre of glucose.
pub fn from_glucose_mmol(mmol: f64) -> f64 {
    mmol * 18.015_6
}

/// Seconds of minutes.
pub fn from_minutes(minutes: f64) -> f64 {
    minutes * 60.0
}

/// A fraction of percent.
pub fn from_percent(percent: f64) -> f64 {
    percent / 100.0
}

/// None for zero and below, where a provider writes that for "not known".
pub fn positive(value: impl Into<Option<f64>>) -> Option<f64> {
    value.into().filter(|value| *value > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_for_not_known_is_nothing() {
        assert_eq!(positive(0.0), None);
        assert_eq!(positive(None), None);
        assert_eq!(positive(Some(72.5)), Some(72.5));
    }

    #[test]
    fn units_are_those_of_the_registry() {
        assert_eq!(from_miles(2.0), 3_218.688);
        assert_eq!(from_fahrenheit(212.0), 100.0);
        assert_eq!(from_minutes(1.5), 90.0);
        assert!((from_kj(418.4) - 100.0).abs() < 1e-9);
    }
}
