//! The fuzzer's bytes, taken one decision at a time.

/// What is left of them. Past the end all decisions are 0, and loops ask [`Input::is_over`].
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// Whether there is nothing more to decide.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    /// So many bytes; zeros where there are none.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.take(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// A chunk: its length in one byte, then its bytes. 255 stands for all that is left.
    pub fn chunk(&mut self) -> &'a [u8] {
        match self.byte() {
            255 => self.take(usize::MAX),
            length => self.take(length.into()),
        }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, left) = self.0.split_at(count.min(self.0.len()));
        self.0 = left;
        taken
    }
}
