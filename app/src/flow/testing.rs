//! What the flows' tests share.
