//! Which offset of each partition may be committed; pure.
