//! The slow path: sans-IO tunnel trackers, balancing, the tunnel registry.
//!
//! [`Control`] takes punted frames, the passage of time and the operator's commands. It answers
//! through a [`Device`]: rows of the table, frames to inject, frames for the host. It does no IO
//! and has no clock: `now` comes with each call, as the time since an epoch of the caller's choice.
//!
//! A new tunnel: policy, affinity, algorithm, server, both rows, inject. What is no tunnel's
//! business is handed to the host. What cannot be resolved is counted, never guessed.
//!
//! | file | holds |
//! |---|---|
//! | `control` | the struct, and what becomes of a punted frame |
//! | `config`, `validate` | what the operator wrote, and whether it can work |
//! | `farm`, `health`, `affinity`, `algorithm/` | services, servers, and the choice among them |
//! | `registry`, `tunnel`, `timers` | tunnels, and the ways to find one |
//! | `l2tp/` | L2TPv2: header, AVPs, the tracker |
//! | `rows`, `lifetime` | a tunnel's rows in the table; its end |
//! | `packet`, `rewrite` | a punted frame's fields; forwarding in software |
//! | `bench` | work to be measured |
//! | `command`, `view` | the operator's verbs, and what the operator sees |

mod affinity;
pub mod algorithm;
pub mod bench;
mod command;
pub mod config;
mod control;
mod count;
mod device;
mod event;
mod farm;
mod health;
pub mod l2tp;
mod lifetime;
mod packet;
mod registry;
mod rewrite;
mod rows;
mod timers;
mod tunnel;
mod validate;
pub mod view;

pub use command::{CommandError, Removal};
pub use config::Config;
pub use control::Control;
pub use count::{Count, Counts};
pub use device::{Device, Hop, RowId, TableFull};
pub use event::{End, Event};
pub use health::{Reason, ServerState};
pub use tunnel::State;
pub use validate::{Fault, Place};
