//! Records, the registry of metrics, validation and composition. Pure.
