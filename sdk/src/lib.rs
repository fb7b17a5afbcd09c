//! What an adapter's author links.
