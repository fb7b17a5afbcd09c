//! Plays the providers' clouds over HTTP.
