//! The program as its users meet it: the real binary, real sockets, real clients.

mod common;

mod bot;
mod chat;
mod check_client;
mod check_pair;
mod check_server;
mod cli;
mod clients;
mod crash;
mod door;
mod fairness;
mod lesson;
mod load;
mod net;
mod operating;
mod packaging;
mod phrases;
mod play;
mod program;
mod protocol;
mod readme;
mod tap;
mod tidy;
mod unlucky;
mod visible;
mod web;
