//! Getting, renewing and losing a credential.
