//! See `juste_prix_fuzz::answers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| juste_prix_fuzz::answers::check(data));
