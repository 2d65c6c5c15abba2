//! Turns: a bounded number of examinations is in progress, the others wait. The next to begin is from the address
//! that has fewest in progress; between addresses that have equally many, the first that came.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;

use game::shares::Source;

/// The examinations in progress, and those that wait.
#[derive(Debug)]
pub struct Turns {
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    running: Vec<Source>,
    waiting: Vec<(Source, oneshot::Sender<Turn>)>,
}

/// A turn. Dropping it gives the next one.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    source: Source,
}

impl Turns {
    /// Turns for so many at once.
    pub fn new(most: usize) -> Arc<Turns> {
        Arc::new(Turns {
            most,
            inner: Mutex::default(),
        })
    }

    /// Waits for a turn. Who stops waiting has none, also if it was just given.
    pub async fn take(self: &Arc<Self>, source: Source) -> Turn {
        let (sender, called) = oneshot::channel();
        self.lock().waiting.push((source, sender));
        self.call();
        called.await.expect("who waits is in the list until called")
    }

    /// Gives turns as long as there are some. Not under the lock: a turn that nobody takes needs it.
    fn call(self: &Arc<Self>) {
        while let Some((source, sender)) = self.next() {
            let turns = self.clone();
            // Where nobody waits any more, the turn is dropped, and given to the next.
            let _ = sender.send(Turn { turns, source });
        }
    }

    /// Who has the next turn now.
    fn next(&self) -> Option<(Source, oneshot::Sender<Turn>)> {
        let mut inner = self.lock();
        let Inner { running, waiting } = &mut *inner;
        waiting.retain(|(_, sender)| !sender.is_closed());
        if running.len() >= self.most {
            return None;
        }
        let has = |source: &Source| running.iter().filter(|it| *it == source).count();
        let order = waiting.iter().enumerate();
        let (index, _) = order.min_by_key(|(index, (source, _))| (has(source), *index))?;
        let (source, sender) = waiting.remove(index);
        running.push(source);
        Some((source, sender))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic under this lock")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut inner = self.turns.lock();
        let place = inner.running.iter().position(|it| *it == self.source);
        if let Some(index) = place {
            inner.running.swap_remove(index);
        }
        drop(inner);
        self.turns.call();
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Waiting<'a> = Pin<Box<dyn Future<Output = Turn> + 'a>>;

    /// Who asks for a turn from an address that ends so.
    fn asks(turns: &Arc<Turns>, last: u8) -> Waiting<'_> {
        let address = IpAddr::V4(Ipv4Addr::new(192, 168, 1, last));
        Box::pin(turns.take(Source::from(address)))
    }

    fn turn(waiting: &mut Waiting<'_>) -> Option<Turn> {
        match waiting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    /// Protects the neighbours from an address that asks again and again.
    #[test]
    fn the_address_with_fewest_in_progress_is_next() {
        let turns = Turns::new(2);
        let [mut first, mut second, mut third, mut neighbour] =
            [1, 1, 1, 2].map(|last| asks(&turns, last));
        let one = turn(&mut first).expect("two may run");
        let _two = turn(&mut second).expect("two may run");
        assert!(turn(&mut third).is_none() && turn(&mut neighbour).is_none());
        drop(one);
        assert!(turn(&mut third).is_none(), "expected: the neighbour");
        assert!(turn(&mut neighbour).is_some());
    }

    /// Protects the turns from pages that leave when theirs has just come.
    #[test]
    fn a_turn_that_nobody_takes_is_given_to_the_next() {
        let turns = Turns::new(1);
        let [mut first, mut gone, mut last] = [1, 2, 3].map(|last| asks(&turns, last));
        let one = turn(&mut first);
        assert!(one.is_some() && turn(&mut gone).is_none() && turn(&mut last).is_none());
        drop(one);
        drop(gone);
        assert!(turn(&mut last).is_some());
    }
}
