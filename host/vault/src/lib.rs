//! Keys and ciphertext.
