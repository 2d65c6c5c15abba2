//! See `juste_prix_fuzz::conversation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| juste_prix_fuzz::conversation::check(data));
