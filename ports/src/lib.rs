//! Frames in and out: capture files, memory, AF_PACKET, TAP.
