//! Runs components under limits: compile, clocks, instances. Knows nothing of health.
