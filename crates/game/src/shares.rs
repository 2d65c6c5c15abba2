//! Fair shares of a table with a bound: who yields their place when it is full.
//!
//! Places are held by [`Source`]s, which are addresses. Of a full table the source that holds most
//! yields, and of its places the one that matters least: see [`Standing`]. A source that holds little
//! therefore never yields to one that holds much. Shares bind nobody while there is room: the table's
//! owner asks [`Shares::yields_to`] only when it is full.

use core::iter::successors;
use core::net::IpAddr;
use core::num::NonZeroU64;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use crate::limits::{NEW_PLACES_KEPT, TEACHER_PLACES};
use crate::rules::BrowserId;

/// Where a client connects from, as shares count it: an IPv4 address, or the /64 network of an IPv6
/// address. Never journaled, never logged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(NonZeroU64);

impl Source {
    /// Of whom nothing is known, as after a restart: a multicast network.
    pub const UNKNOWN: Source = Source(NonZeroU64::MAX);
}

impl core::fmt::Debug for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Source")
    }
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        // The first half of an IPv6 multicast address, which no client connects from. It is not
        // that of UNKNOWN: no client has the IPv4 address 255.255.255.255.
        const V4: u64 = 0xffff_ffff << 32;
        let number = match address.to_canonical() {
            IpAddr::V4(v4) => V4 | u64::from(u32::from(v4)),
            IpAddr::V6(v6) => (u128::from(v6) >> 64) as u64,
        };
        Source(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
    }
}

/// How much a place matters. Of one source's places the lowest standing yields first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing was done with it yet: no whole request, no seat. The oldest yields first, but for the
    /// last [`NEW_PLACES_KEPT`], which had no time yet.
    New,
    /// It was used, and is not in use. The oldest yields first.
    Idle,
    /// It is in use: a request is in progress. The newest yields first, so that those who were there
    /// before an attack stay.
    Present,
    /// Its player has a seat. The newest yields first.
    Seated,
    /// It is in use by somebody who has played. The newest yields first.
    Played,
    /// The teacher's: it never yields, and does not count against its source. At most
    /// [`TEACHER_PLACES`] are; more are `Present`.
    Teacher,
}

/// A place's rank: the list that it is in, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    New,
    /// More than one browser needs.
    Excess,
    Idle,
    Present,
    Seated,
    Played,
    /// It never yields.
    Kept,
    /// It has yielded, and is still there.
    Leaving,
}

/// Ranks that have a list.
const LISTS: usize = 6;
/// No place.
const NONE: u32 = u32::MAX;

/// A number of a place, which is used again once the place was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(u32);

/// A place. Places of one rank of one source are a doubly linked list.
#[derive(Clone, Debug)]
struct Node<T> {
    source: u32,
    previous: u32,
    next: u32,
    rank: Rank,
    item: Option<T>,
}

#[derive(Clone, Copy, Debug)]
struct List {
    oldest: u32,
    newest: u32,
    length: u32,
}

#[derive(Clone, Debug)]
struct Holder {
    source: Source,
    /// Places in its lists.
    held: u32,
    /// All its places.
    places: u32,
    lists: [List; LISTS],
    /// The first browser that it was seen to have.
    browser: Option<BrowserId>,
    /// Whether it was seen to stand for several machines.
    is_gateway: bool,
}

/// The places of a table, each with what its owner keeps of it.
#[derive(Clone, Debug)]
pub struct Shares<T> {
    nodes: Vec<Node<T>>,
    free: Vec<u32>,
    holders: Vec<Holder>,
    free_holders: Vec<u32>,
    numbers: HashMap<Source, u32>,
    /// How many places each holder has in its lists, with its number: the last has most.
    order: BTreeSet<(u32, u32)>,
    /// Places that one browser needs.
    each_browser: u32,
    /// How many places each browser has.
    browsers: HashMap<BrowserId, u32>,
    /// The browsers of the places that have one.
    browser_of: HashMap<u32, BrowserId>,
    taken: usize,
    leaving: usize,
    kept: usize,
}

impl<T> Shares<T> {
    /// An empty table, in which a browser needs this many places.
    pub fn new(each_browser: u32) -> Self {
        Shares {
            nodes: Vec::new(),
            free: Vec::new(),
            holders: Vec::new(),
            free_holders: Vec::new(),
            numbers: HashMap::new(),
            order: BTreeSet::new(),
            each_browser,
            browsers: HashMap::new(),
            browser_of: HashMap::new(),
            taken: 0,
            leaving: 0,
            kept: 0,
        }
    }

    /// How many places are taken, those included that have yielded and are still there.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// How many places are taken and have not yielded.
    pub fn staying(&self) -> usize {
        self.taken - self.leaving
    }

    /// How many places count against a source.
    pub fn held_by(&self, source: Source) -> usize {
        let number = self.numbers.get(&source);
        number.map_or(0, |number| self.holders[*number as usize].held as usize)
    }

    /// What is kept of a source's places that are used by somebody who has a seat.
    pub fn seated(&self, source: Source) -> impl Iterator<Item = &T> {
        let number = self.numbers.get(&source);
        let lists = number.map(|number| &self.holders[*number as usize].lists);
        let oldest = move |rank: Rank| lists.map_or(NONE, |lists| lists[rank as usize].oldest);
        let node = |place: u32| self.nodes.get(place as usize);
        let list = move |rank| successors(node(oldest(rank)), move |it| node(it.next));
        let all = list(Rank::Seated).chain(list(Rank::Played));
        all.filter_map(|it| it.item.as_ref())
    }

    /// What is kept of a source's places, without those that have yielded.
    pub fn of(&self, source: Source) -> impl Iterator<Item = &T> {
        let number = self.numbers.get(&source);
        let lists = number.map(|number| &self.holders[*number as usize].lists);
        let node = |place: u32| self.nodes.get(place as usize);
        let all = lists.into_iter().flatten();
        let all = all.flat_map(move |list| successors(node(list.oldest), move |it| node(it.next)));
        all.filter_map(|it| it.item.as_ref())
    }

    /// Whether other machines may be behind a source, as behind a proxy or a router: so
    /// [`Shares::comes_by_proxy`] was told, or several browsers have come from it. It stays so until the
    /// source has no place left.
    pub fn is_gateway(&self, source: Source) -> bool {
        let number = self.numbers.get(&source);
        number.is_some_and(|number| self.holders[*number as usize].is_gateway)
    }

    /// Takes note that the source of a place is a proxy.
    pub fn comes_by_proxy(&mut self, Place(place): Place) {
        if let Some(node) = self.nodes.get(place as usize)
            && node.item.is_some()
        {
            self.holders[node.source as usize].is_gateway = true;
        }
    }

    /// Takes a place.
    pub fn add(&mut self, source: Source, item: T) -> Place {
        let number = self.number(source);
        let node = Node {
            source: number,
            previous: NONE,
            next: NONE,
            rank: Rank::New,
            item: Some(item),
        };
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place as usize] = node;
                place
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
        self.taken += 1;
        self.holders[number as usize].places += 1;
        self.link(place, Rank::New);
        Place(place)
    }

    /// Gives a place back.
    pub fn remove(&mut self, Place(place): Place) -> Option<T> {
        let item = self.nodes.get_mut(place as usize)?.item.take()?;
        self.unlink(place);
        self.forget_browser(place);
        self.taken -= 1;
        self.free.push(place);
        self.let_go(self.nodes[place as usize].source);
        Some(item)
    }

    /// What is kept of a place.
    pub fn get_mut(&mut self, Place(place): Place) -> Option<&mut T> {
        self.nodes.get_mut(place as usize)?.item.as_mut()
    }

    /// Whether a place is the teacher's.
    pub fn is_kept(&self, place: Place) -> bool {
        self.rank(place) == Some(Rank::Kept)
    }

    /// Whether a place has yielded.
    pub fn is_leaving(&self, place: Place) -> bool {
        self.rank(place) == Some(Rank::Leaving)
    }

    fn rank(&self, Place(place): Place) -> Option<Rank> {
        let node = self.nodes.get(place as usize)?;
        node.item.is_some().then_some(node.rank)
    }

    /// Whether nothing was done with a place yet.
    pub fn is_new(&self, place: Place) -> bool {
        self.rank(place) == Some(Rank::New)
    }

    /// Whether a place is in use.
    pub fn is_in_use(&self, place: Place) -> bool {
        let rank = self.rank(place);
        !matches!(rank, None | Some(Rank::New | Rank::Idle | Rank::Leaving))
    }

    /// Whether a place is used by somebody who has a seat.
    pub fn is_seated(&self, place: Place) -> bool {
        matches!(self.rank(place), Some(Rank::Seated | Rank::Played))
    }

    /// Gives a place another standing. A place that has yielded, or is the teacher's, stays so.
    pub fn set(&mut self, Place(place): Place, standing: Standing) {
        let Some(node) = self.nodes.get(place as usize) else {
            return;
        };
        let old = node.rank;
        if node.item.is_none() || matches!(old, Rank::Kept | Rank::Leaving) {
            return;
        }
        let rank = match standing {
            Standing::Teacher if self.kept < TEACHER_PLACES => Rank::Kept,
            Standing::New => Rank::New,
            _ if self.is_excess(place) => Rank::Excess,
            Standing::Idle => Rank::Idle,
            Standing::Present | Standing::Teacher => Rank::Present,
            Standing::Seated => Rank::Seated,
            Standing::Played => Rank::Played,
        };
        if rank != old {
            self.unlink(place);
            self.link(place, rank);
        }
    }

    /// Counts a place against another source.
    pub fn move_to(&mut self, Place(place): Place, source: Source) {
        let Some(node) = self.nodes.get(place as usize) else {
            return;
        };
        if node.item.is_none() {
            return;
        }
        let (rank, old) = (node.rank, node.source);
        self.unlink(place);
        let number = self.number(source);
        self.holders[number as usize].places += 1;
        self.nodes[place as usize].source = number;
        self.link(place, rank);
        self.let_go(old);
    }

    /// Counts a place as a browser's, once. A later browser comes by the same connection of a proxy.
    pub fn identify(&mut self, Place(place): Place, browser: BrowserId) {
        let node = self.nodes.get(place as usize);
        let Some(node) = node.filter(|node| node.item.is_some()) else {
            return;
        };
        let holder = &mut self.holders[node.source as usize];
        holder.is_gateway |= *holder.browser.get_or_insert(browser) != browser;
        if let Entry::Vacant(unknown) = self.browser_of.entry(place) {
            unknown.insert(browser);
            *self.browsers.entry(browser).or_default() += 1;
        }
    }

    /// Takes note that a place yields: it counts against nobody, and is still there.
    pub fn leave(&mut self, Place(place): Place) {
        let node = self.nodes.get(place as usize);
        if node.is_some_and(|node| node.item.is_some() && node.rank != Rank::Leaving) {
            self.unlink(place);
            self.forget_browser(place);
            self.link(place, Rank::Leaving);
        }
    }

    /// The place that yields to one more of this source; of a source yet unknown, to any. `None` if
    /// all hold as little as the newcomer and use it, or if there is nobody but the teacher.
    pub fn yields_to(&self, newcomer: Option<Source>) -> Option<Place> {
        let (most, heaviest) = self.order.last().copied()?;
        let own = newcomer.and_then(|source| self.numbers.get(&source));
        let mine = own.map_or(0, |own| self.holders[*own as usize].held);
        match own {
            Some(own) if mine > 0 && mine + 1 >= most => self.least_of(*own),
            _ if most > mine + 1 || newcomer.is_none() => self.least_of(heaviest),
            _ => self.unused(),
        }
    }

    /// The place of a source that matters least.
    fn least_of(&self, holder: u32) -> Option<Place> {
        let holder = &self.holders[holder as usize];
        let [new, excess, idle, present, seated, played] = holder.lists;
        let had_no_time = NEW_PLACES_KEPT.min(holder.held / 4);
        let old = Some(new.oldest).filter(|_| new.length > had_no_time);
        let in_turn = [
            old.unwrap_or(NONE),
            excess.newest,
            idle.oldest,
            present.newest,
            seated.newest,
            played.newest,
            new.oldest,
        ];
        in_turn.into_iter().find(|it| *it != NONE).map(Place)
    }

    /// A place that nobody uses.
    fn unused(&self) -> Option<Place> {
        let of = |rank: Rank| {
            let mut holders = self.order.iter();
            holders.find_map(|(_, holder)| {
                let oldest = self.holders[*holder as usize].lists[rank as usize].oldest;
                (oldest != NONE).then_some(Place(oldest))
            })
        };
        of(Rank::New).or_else(|| of(Rank::Idle))
    }

    fn is_excess(&self, place: u32) -> bool {
        let browser = self.browser_of.get(&place);
        let count = browser.and_then(|browser| self.browsers.get(browser));
        count.is_some_and(|count| *count > self.each_browser)
    }

    fn forget_browser(&mut self, place: u32) {
        if let Some(browser) = self.browser_of.remove(&place)
            && let Some(count) = self.browsers.get_mut(&browser)
        {
            *count -= 1;
            if *count == 0 {
                self.browsers.remove(&browser);
            }
        }
    }

    /// The number of a source.
    fn number(&mut self, source: Source) -> u32 {
        if let Some(number) = self.numbers.get(&source) {
            return *number;
        }
        let empty = List {
            oldest: NONE,
            newest: NONE,
            length: 0,
        };
        let holder = Holder {
            source,
            held: 0,
            places: 0,
            lists: [empty; LISTS],
            browser: None,
            is_gateway: false,
        };
        let number = match self.free_holders.pop() {
            Some(number) => {
                self.holders[number as usize] = holder;
                number
            }
            None => {
                self.holders.push(holder);
                (self.holders.len() - 1) as u32
            }
        };
        self.numbers.insert(source, number);
        number
    }

    /// A source has one place less; one without places is forgotten.
    fn let_go(&mut self, number: u32) {
        let holder = &mut self.holders[number as usize];
        holder.places -= 1;
        if holder.places == 0 {
            self.numbers.remove(&holder.source);
            self.free_holders.push(number);
        }
    }

    fn link(&mut self, place: u32, rank: Rank) {
        let number = self.nodes[place as usize].source;
        self.nodes[place as usize].rank = rank;
        match rank {
            Rank::Kept => self.kept += 1,
            Rank::Leaving => self.leaving += 1,
            _ => {
                self.count(number, 1);
                let list = &mut self.holders[number as usize].lists[rank as usize];
                let before = std::mem::replace(&mut list.newest, place);
                list.length += 1;
                match before {
                    NONE => list.oldest = place,
                    before => self.nodes[before as usize].next = place,
                }
                let node = &mut self.nodes[place as usize];
                (node.previous, node.next) = (before, NONE);
            }
        }
    }

    fn unlink(&mut self, place: u32) {
        let node = &self.nodes[place as usize];
        let (number, previous, next, rank) = (node.source, node.previous, node.next, node.rank);
        match rank {
            Rank::Kept => self.kept -= 1,
            Rank::Leaving => self.leaving -= 1,
            _ => {
                let list = &mut self.holders[number as usize].lists[rank as usize];
                list.length -= 1;
                match previous {
                    NONE => list.oldest = next,
                    previous => self.nodes[previous as usize].next = next,
                }
                let list = &mut self.holders[number as usize].lists[rank as usize];
                match next {
                    NONE => list.newest = previous,
                    next => self.nodes[next as usize].previous = previous,
                }
                self.count(number, -1);
            }
        }
    }

    fn count(&mut self, number: u32, difference: i32) {
        let holder = &mut self.holders[number as usize];
        self.order.remove(&(holder.held, number));
        holder.held = holder.held.saturating_add_signed(difference);
        if holder.held > 0 {
            self.order.insert((holder.held, number));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(text: &str) -> Source {
        Source::from(text.parse::<IpAddr>().expect("an address"))
    }

    fn numbered(number: u8) -> Source {
        Source::from(IpAddr::from([10, 0, 0, number]))
    }

    #[test]
    fn an_ipv6_network_is_one_source_and_an_ipv4_address_is_one() {
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:2"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("192.0.2.1"), source("::ffff:192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
        assert_ne!(source("::1"), source("127.0.0.1"));
        assert_eq!(format!("{:?}", source("192.0.2.1")), "Source");
    }

    /// Protects sources with few places: the source with the most places yields to any newcomer.
    #[test]
    fn who_holds_most_yields() {
        let mut shares = Shares::new(12);
        let (much, little, third) = (numbered(1), numbered(2), numbered(3));
        let theirs: Vec<Place> = (0..10).map(|_| shares.add(much, ())).collect();
        let mine = shares.add(little, ());
        for newcomer in [much, little, third] {
            assert_eq!(shares.yields_to(Some(newcomer)), Some(theirs[0]));
        }
        assert_eq!(shares.yields_to(None), Some(theirs[0]));
        for place in theirs {
            shares.set(place, Standing::Played);
            shares.leave(place);
        }
        assert_eq!((shares.taken(), shares.staying()), (11, 1));
        assert_eq!(shares.yields_to(Some(third)), Some(mine), "it is not used");
        shares.set(mine, Standing::Present);
        assert_eq!(shares.yields_to(Some(third)), None, "they hold as little");
        assert_eq!(shares.yields_to(Some(little)), Some(mine));
    }

    /// Protects those who were there before an attack from their own address.
    #[test]
    fn of_one_source_those_yield_first_who_never_played_and_those_last_who_came_first() {
        let mut shares = Shares::new(12);
        let from = numbered(1);
        let mut place = |standing| {
            let place = shares.add(from, ());
            shares.set(place, standing);
            place
        };
        let places = [
            place(Standing::Played),
            place(Standing::Played),
            place(Standing::Seated),
            place(Standing::Present),
            place(Standing::Idle),
            place(Standing::Idle),
            place(Standing::New),
            place(Standing::New),
            place(Standing::Teacher),
        ];
        let mut order = Vec::new();
        while let Some(place) = shares.yields_to(Some(from)) {
            order.push(places.iter().position(|it| *it == place).expect("known"));
            shares.remove(place);
        }
        // Of eight the newest two had no time yet, of seven and less the newest one.
        assert_eq!(order, [4, 6, 5, 3, 2, 7, 1, 0]);
        assert_eq!((shares.taken(), shares.held_by(from)), (1, 0));
    }

    /// Protects the others behind an address from one browser there that opens more and more.
    #[test]
    fn what_a_browser_holds_beyond_its_needs_yields_before_what_others_use() {
        let mut shares = Shares::new(2);
        let from = numbered(1);
        let browser = |byte| BrowserId([byte; 16]);
        let mut place = |byte| {
            let place = shares.add(from, ());
            shares.identify(place, browser(byte));
            shares.set(place, Standing::Present);
            place
        };
        let greedy = [place(1), place(1), place(1), place(1)];
        let (modest, _) = (place(2), place(2));
        assert_eq!(shares.yields_to(Some(from)), Some(greedy[3]));
        shares.remove(greedy[3]);
        assert_eq!(shares.yields_to(Some(from)), Some(greedy[2]));
        shares.remove(greedy[2]);
        assert_ne!(shares.yields_to(Some(from)), Some(modest));
    }

    /// Protects the devices behind which players are: a proxy or a router is told from a player's machine.
    #[test]
    fn a_source_of_several_browsers_or_of_a_proxy_is_a_gateway() {
        let mut shares = Shares::new(12);
        let browser = |byte| BrowserId([byte; 16]);
        let (one, proxy, router) = (numbered(1), numbered(2), numbered(3));
        let ones = [shares.add(one, 'a'), shares.add(one, 'b')];
        for place in ones {
            shares.identify(place, browser(1));
        }
        let passes = shares.add(proxy, 'c');
        shares.comes_by_proxy(passes);
        let behind = [shares.add(router, 'd'), shares.add(router, 'e')];
        for (place, byte) in behind.into_iter().zip([1, 2]) {
            shares.identify(place, browser(byte));
            shares.set(place, Standing::Seated);
        }
        shares.remove(behind[0]);
        assert_eq!(
            [one, proxy, router].map(|it| shares.is_gateway(it)),
            [false, true, true]
        );
        // By one connection, as a proxy that tells nothing has it.
        shares.identify(ones[0], browser(3));
        assert!(shares.is_gateway(one));
        shares.set(ones[1], Standing::Played);
        let seated = |shares: &Shares<char>, it| shares.seated(it).copied().collect::<String>();
        assert_eq!(
            [one, proxy, router].map(|it| seated(&shares, it)),
            ["b", "", "e"]
        );
        shares.remove(behind[1]);
        let next = shares.add(router, 'f');
        shares.identify(next, browser(2));
        assert!(!shares.is_gateway(router), "all had gone");
        assert_eq!(seated(&shares, router), "");
    }

    #[test]
    fn a_teacher_s_places_are_bounded() {
        let mut shares = Shares::new(12);
        let from = numbered(1);
        for _ in 0..TEACHER_PLACES + 3 {
            let place = shares.add(from, ());
            shares.set(place, Standing::Teacher);
        }
        assert_eq!(shares.held_by(from), 3);
        let one = shares.yields_to(Some(numbered(2))).expect("one too many");
        shares.move_to(one, numbered(3));
        assert_eq!((shares.held_by(from), shares.held_by(numbered(3))), (2, 1));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Add(u8),
        Remove(usize),
        Set(usize, Standing),
        Move(usize, u8),
        Identify(usize, u8),
        Yield(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        use Standing::*;
        let standing = prop::sample::select(vec![New, Idle, Present, Seated, Played, Teacher]);
        prop_oneof![
            4 => (0..5u8).prop_map(Step::Add),
            1 => any::<usize>().prop_map(Step::Remove),
            4 => (any::<usize>(), standing).prop_map(|(place, to)| Step::Set(place, to)),
            1 => (any::<usize>(), 0..5u8).prop_map(|(place, to)| Step::Move(place, to)),
            1 => (any::<usize>(), 0..3u8).prop_map(|(place, it)| Step::Identify(place, it)),
            3 => (0..5u8).prop_map(Step::Yield),
        ]
    }

    /// Checks the lists against the nodes, and returns how many places each source has in lists.
    fn counted(shares: &Shares<()>) -> HashMap<Source, usize> {
        let mut found = HashMap::new();
        let mut linked = 0;
        for (source, number) in &shares.numbers {
            let holder = &shares.holders[*number as usize];
            assert!(holder.source == *source && holder.places > 0);
            let mut held = 0;
            for (rank, list) in holder.lists.iter().enumerate() {
                let (mut at, mut before, mut length) = (list.oldest, NONE, 0);
                while at != NONE {
                    let node = &shares.nodes[at as usize];
                    assert!(node.item.is_some() && node.rank as usize == rank);
                    assert_eq!((node.source, node.previous), (*number, before));
                    (before, at, length) = (at, node.next, length + 1);
                }
                assert_eq!((list.newest, list.length), (before, length));
                held += length;
            }
            assert_eq!(holder.held, held);
            assert_eq!(shares.order.contains(&(held, *number)), held > 0);
            linked += held as usize;
            found.insert(*source, held as usize);
        }
        assert_eq!(linked + shares.leaving + shares.kept, shares.taken);
        let taken = shares.nodes.iter().filter(|node| node.item.is_some());
        assert_eq!(taken.count(), shares.taken);
        assert_eq!(
            shares.browsers.values().sum::<u32>() as usize,
            shares.browser_of.len()
        );
        found
    }

    proptest! {
        /// Whatever happened before: a place that yields is of a source that holds most, the
        /// newcomer counted, or is unused; and the books are right.
        #[test]
        fn who_yields_holds_most_or_uses_nothing(steps in prop::collection::vec(step(), 1..120)) {
            let mut shares = Shares::new(2);
            let mut places: Vec<Place> = Vec::new();
            let pick = |places: &[Place], at: usize| Some(*places.get(at % places.len().max(1))?);
            for step in steps {
                match step {
                    Step::Add(from) => places.push(shares.add(numbered(from), ())),
                    Step::Remove(at) => if let Some(place) = pick(&places, at) {
                        prop_assert!(shares.remove(place).is_some());
                        places.retain(|it| *it != place);
                    },
                    Step::Set(at, to) => if let Some(place) = pick(&places, at) {
                        shares.set(place, to);
                    },
                    Step::Move(at, to) => if let Some(place) = pick(&places, at) {
                        shares.move_to(place, numbered(to));
                    },
                    Step::Identify(at, it) => if let Some(place) = pick(&places, at) {
                        shares.identify(place, BrowserId([it; 16]));
                    },
                    Step::Yield(from) => {
                        let held = counted(&shares);
                        let mine = held.get(&numbered(from)).copied().unwrap_or(0) + 1;
                        let most = held.values().copied().max().unwrap_or(0);
                        if let Some(place) = shares.yields_to(Some(numbered(from))) {
                            let node = &shares.nodes[place.0 as usize];
                            let source = shares.holders[node.source as usize].source;
                            let theirs = held[&source] + usize::from(source == numbered(from));
                            let unused = matches!(node.rank, Rank::New | Rank::Idle);
                            prop_assert!(theirs >= most.max(mine) || (most <= 1 && unused));
                            shares.leave(place);
                        } else {
                            prop_assert!(most <= 1);
                        }
                    }
                }
                counted(&shares);
            }
        }

        /// Of a table of 60 places five honest sources hold ten at most each. One that comes again
        /// and again, with whatever standing, takes none of theirs.
        #[test]
        fn a_source_within_its_share_loses_nothing(
            honest in prop::collection::vec(1..=10usize, 5),
            storm in prop::collection::vec(prop::sample::select(vec![
                Standing::New, Standing::Idle, Standing::Present, Standing::Played,
            ]), 1..300),
        ) {
            let mut shares = Shares::new(12);
            let mut kept = Vec::new();
            for (from, count) in (1..).zip(honest) {
                for _ in 0..count {
                    kept.push(shares.add(numbered(from), ()));
                }
            }
            for standing in storm {
                if shares.taken() >= 60 {
                    let place = shares.yields_to(Some(numbered(9))).expect("its own");
                    prop_assert!(!kept.contains(&place));
                    shares.remove(place);
                }
                let place = shares.add(numbered(9), ());
                shares.set(place, standing);
            }
        }
    }
}
