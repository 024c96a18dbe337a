pub mod neighbours; pub mod side;
