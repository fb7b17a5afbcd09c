//! Waiting for what will be, without guessing how long it takes.

use std::time::{Duration, Instant};

/// Longest wait for anything. What takes a second on an idle machine is given thirty, and a test that waits for nothing ends.
const DEADLINE: Duration = Duration::from_secs(40);

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until `look` finds something, and returns it.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    ever(DEADLINE, look).await.unwrap_or_else(|| panic!("waited {DEADLINE:?} in vain for {what}"))
}

/// Looks for that long; none where it never came.
pub async fn ever<T>(long: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + long;
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if Instant::now() > end {
            return None;
        }
        tokio::time::sleep(LOOK).await;
    }
}
