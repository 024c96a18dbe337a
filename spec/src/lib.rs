#![no_std]
//! Every layout, register, limit and protocol constant of Tunnel Designator, written once.
