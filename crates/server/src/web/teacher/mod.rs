//! The teacher's side of the page: the session that the private link begins, the rooms and the
//! orders given to them, the room test, the check of the pupils' servers, and the results as files.

pub mod check_runs;
pub mod checks;
pub mod orders;
pub mod programs;
pub mod results;
pub mod rooms;
pub mod session;
mod survey;
pub mod token;
pub mod trial;
