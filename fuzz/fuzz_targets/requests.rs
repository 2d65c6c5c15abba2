//! See `juste_prix_fuzz::requests`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| juste_prix_fuzz::requests::check(data));
