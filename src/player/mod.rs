//! `play` and `bot`: the client side of the game.
//!
//! A [`connection`] carries lines. A [`game`] outlives its connections, and keeps its [`progress`].
//! [`play`](mod@play) is for a person or a program that guesses: it may [`find`] a server on the local network,
//! and draws on the [`screen`]. [`bot`](mod@bot) guesses by itself, also on a [`foreign`] server that a
//! learner wrote, and sums up the [`results`].

pub mod bot;
pub mod connection;
mod find;
mod foreign;
mod game;
pub mod play;
mod progress;
mod results;
mod screen;
