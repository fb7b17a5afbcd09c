//! The gearshift command.
fn main() {}
