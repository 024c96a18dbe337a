//! What the block and system tests share.
