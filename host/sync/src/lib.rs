//! Jobs: pulls, normalizing, quarantine and healing.
