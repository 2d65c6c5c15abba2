//! See `juste_prix_fuzz::entries`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| juste_prix_fuzz::entries::check(data));
