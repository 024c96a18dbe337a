//! *seal*: what leaves under a security association is encrypted.

use spec::meta::Plan;
use spec::verdict::Drop;

/// The frame as it leaves. Nothing seals yet: what the plan's association should seal is not sent.
pub fn seal(frame: Vec<u8>, plan: &Plan) -> Result<Vec<u8>, Drop> {
    if plan.rewrite && plan.sa != 0 { Err(Drop::NoSeal) } else { Ok(frame) }
}
