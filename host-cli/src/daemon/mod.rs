pub mod neighbours;
pub mod side;
pub mod socket;
