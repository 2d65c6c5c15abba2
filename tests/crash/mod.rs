//! Nothing that a player was told is lost: the real program, killed, stopped and cut off from its
//! disk while people play, and started again on the same folder.
//!
//! [`campaign`] kills it at random moments. [`disk`] lets its writes fail. [`images`] cuts its power. [`refused`] gives it
//! journals and addresses that it can't take. [`restart`] stops it as a teacher does.
//!
//! What was told is compared with the journal by replaying a copy of it here ([`recovered`]):
//! acknowledged ⊆ recovered ⊆ sent ([`judge`]).

mod campaign;
mod disk;
mod images;
mod judge;
mod player;
mod power;
mod recovered;
mod refused;
mod restart;
mod table;
