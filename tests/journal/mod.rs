//! The journal: the contract that every store keeps, and what a file on a disk adds.

mod contract;
mod export;
mod files;
mod refusals;
mod secured;
mod shared;
mod snapshots;
mod util;
mod views;
