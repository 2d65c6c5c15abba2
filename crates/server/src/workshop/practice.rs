//! Practice ports: a pupil opens one, connects a client of their own to it, and reads its events.
//!
//! The port speaks the lesson's turns with one client, or echo or chat with several at once. Beyond
//! its number of clients a newer connection replaces the oldest, but a neighbour's never replaces the
//! pupil's own. While the pupil may talk to no other, neighbours are not let in. Events are kept in memory
//! only.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::relay::Browser;
use crate::journal::date;
use crate::permits::{ConnectionPermit, Kind, Permits};
use game::lesson::practice::{PracticeAction, PracticeEvent, PracticeLog, PracticeServer};
use game::lesson::practice::{greeting, is_last, reply};
use game::limits::{
    ACCEPT_BACKOFF, ADMISSION_WAIT, MESSAGE_BYTES, PRACTICE_IDLE, PRACTICE_PACE, PRACTICE_SILENCE,
    PRACTICE_WAITING, WRITE_DEADLINE,
};
use game::phrases::Lang;
use game::rules::PlayerId;
use game::shares::{Source, Standing};
use game::wire::text::quote;
use os::system::wall_clock;

/// From this duration on, a program's silence in its turn is an event.
const SILENCE: Duration = Duration::from_secs(3);

/// All practice ports.
pub struct Practices {
    open: Mutex<HashMap<PlayerId, Practice>>,
    permits: Permits,
}

struct Practice {
    /// The browser whose pupil has opened it.
    owner: Browser,
    /// Whether its pupil may talk to no other.
    is_silent: watch::Sender<bool>,
    port: u16,
    closed_port: u16,
    seen: Arc<Mutex<Seen>>,
    /// Programs of the workshop come by this.
    entrance: mpsc::Sender<Guest>,
    /// When its pupil last read its events.
    asked: Instant,
    task: AbortHandle,
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A program that has connected.
struct Guest {
    stream: TcpStream,
    from: Source,
    port: u16,
    /// Whether it is a program of the port's pupil.
    is_own: bool,
}

/// Who opens a practice port, and what it does.
pub struct Opening {
    /// The browser whose pupil opens it.
    pub owner: Browser,
    /// The address to listen at.
    pub ip: IpAddr,
    /// What it speaks.
    pub server: PracticeServer,
    /// The offset of the pupil's clock behind UTC, in minutes.
    pub offset: i32,
    /// The language of what it says.
    pub lang: Lang,
}

/// Programs of the workshop that may wait to be let in.
const WAITING: usize = 4;

struct Seen {
    observed: PracticeLog,
    /// Whose turn it is, if it is somebody's, and since when.
    turn: Option<Turn>,
}

/// A client's turn to speak.
struct Turn {
    client: ClientId,
    /// Its port.
    from: u16,
    since: Instant,
}

/// Number of a client of a practice port. Two machines may have one port of theirs alike.
type ClientId = u64;

/// A pupil's practice port, as it is now.
pub struct Look {
    /// The port that it listens on.
    pub port: u16,
    /// A port on which nothing listened when this one was opened.
    pub closed_port: u16,
    /// Its latest events.
    pub observed: PracticeLog,
}

impl Practices {
    /// No ports yet. They, and the conversations on them, get these permits.
    pub fn new(permits: Permits) -> Self {
        Practices {
            open: Mutex::default(),
            permits,
        }
    }

    /// Opens a pupil's port, in place of one they already have. Returns `None` if there is no place for
    /// one: others have as few and use them.
    ///
    /// # Errors
    ///
    /// If the address can't be bound.
    pub async fn open(&self, player: PlayerId, opening: Opening) -> io::Result<Option<Look>> {
        let Opening {
            owner,
            ip,
            server,
            offset,
            lang,
        } = opening;
        self.all().remove(&player);
        let permit = self
            .permits
            .admit(Kind::Port, Source::from(owner.0), owner.1);
        let Ok(permit) = timeout(ADMISSION_WAIT, permit).await else {
            return Ok(None);
        };
        let listener = TcpListener::bind(SocketAddr::new(ip, 0)).await?;
        let port = listener.local_addr()?.port();
        // Bound for a moment only; the system does not assign it again at once.
        let closed_port = TcpListener::bind(SocketAddr::new(ip, 0))
            .await?
            .local_addr()?
            .port();
        let seen = Arc::new(Mutex::new(Seen {
            observed: PracticeLog::new(server),
            turn: None,
        }));
        let place = permit.place();
        let (is_silent, silence) = watch::channel(false);
        let port_of = Port {
            permits: self.permits.clone(),
            permit,
            owner: Source::from(owner.0),
            silence,
            seen: seen.clone(),
            server,
            offset,
            lang,
        };
        let (entrance, guests) = mpsc::channel(WAITING);
        let task = tokio::spawn(port_of.accept(listener, guests)).abort_handle();
        self.permits.owned_by(place, task.clone());
        let practice = Practice {
            owner,
            is_silent,
            port,
            closed_port,
            seen,
            entrance,
            asked: Instant::now(),
            task,
        };
        self.all().insert(player, practice);
        Ok(self.look(player))
    }

    /// The browser whose pupil has opened the port of this number.
    pub fn owner(&self, port: u16) -> Option<Browser> {
        let all = self.all();
        let found = all.values().find(|it| it.port == port);
        found.map(|it| it.owner)
    }

    /// Lets a program of this browser into the port of this number; false if there is none. It has this
    /// port on its side.
    pub fn enter(&self, port: u16, stream: TcpStream, from: Browser, own_port: u16) -> bool {
        let all = self.all();
        let found = all.values().find(|it| it.port == port);
        found.is_some_and(|it| {
            let guest = Guest {
                stream,
                from: Source::from(from.0),
                port: own_port,
                is_own: it.owner == from,
            };
            it.entrance.try_send(guest).is_ok()
        })
    }

    /// Closes the ports of these pupils to all others, and ends the conversations that others have there;
    /// opens those of all other pupils again.
    pub fn silence(&self, is_silent: impl Fn(Browser) -> bool) {
        for practice in self.all().values() {
            let silent = is_silent(practice.owner);
            practice
                .is_silent
                .send_if_modified(|was| std::mem::replace(was, silent) != silent);
        }
    }

    /// A pupil's port and its events; `None` if they have no port.
    pub fn look(&self, player: PlayerId) -> Option<Look> {
        let mut all = self.all();
        let practice = all.get_mut(&player)?;
        if practice.task.is_finished() {
            // It has yielded.
            all.remove(&player);
            return None;
        }
        practice.asked = Instant::now();
        let seen = locked(&practice.seen);
        let mut observed = seen.observed.clone();
        if let Some(turn) = &seen.turn
            && turn.since.elapsed() >= SILENCE
        {
            let seconds = u32::try_from(turn.since.elapsed().as_secs()).unwrap_or(u32::MAX);
            let what = PracticeAction::Silent(seconds);
            let (client, from) = (turn.client, turn.from);
            observed.events.push(PracticeEvent { client, from, what });
        }
        Some(Look {
            port: practice.port,
            closed_port: practice.closed_port,
            observed,
        })
    }

    /// Closes unused ports, and forgets those that have yielded. Called every few seconds.
    pub fn sweep(&self) {
        let is_used = |practice: &mut Practice| {
            practice.asked.elapsed() < PRACTICE_IDLE && !practice.task.is_finished()
        };
        self.all().retain(|_, practice| is_used(practice));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<PlayerId, Practice>> {
        locked(&self.open)
    }
}

/// What the task of a port has.
struct Port {
    permits: Permits,
    permit: ConnectionPermit,
    /// Where its pupil's page is.
    owner: Source,
    /// Whether its pupil may talk to no other.
    silence: watch::Receiver<bool>,
    seen: Arc<Mutex<Seen>>,
    server: PracticeServer,
    offset: i32,
    lang: Lang,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}

impl Port {
    async fn accept(mut self, listener: TcpListener, mut guests: mpsc::Receiver<Guest>) {
        // Dropping the set ends its tasks with this one.
        let mut tasks = JoinSet::new();
        // Whether each is the pupil's own, and its task.
        let mut clients: Vec<(bool, AbortHandle)> = Vec::new();
        let chat = Chat::default();
        let mut latest: ClientId = 0;
        loop {
            let came = tokio::select! {
                came = listener.accept() => came.map(|(stream, peer)| {
                    let from = Source::from(peer.ip());
                    Guest { stream, from, port: peer.port(), is_own: from == self.owner }
                }),
                Some(guest) = guests.recv() => Ok(guest),
                Ok(()) = self.silence.changed() => {
                    if *self.silence.borrow_and_update() {
                        let others = clients.iter().filter(|(is_own, _)| !*is_own);
                        others.for_each(|(_, task)| task.abort());
                    }
                    continue;
                }
            };
            match came {
                Ok(Guest { is_own: false, .. }) if *self.silence.borrow() => {}
                Ok(Guest {
                    stream,
                    from,
                    port,
                    is_own,
                }) => {
                    while tasks.try_join_next().is_some() {}
                    clients.retain(|(_, task)| !task.is_finished());
                    if clients.len() >= self.server.clients() {
                        // A neighbour ends nobody's conversation.
                        let neighbour = clients.iter().position(|(is_own, _)| !*is_own);
                        let replaced = neighbour.or(is_own.then_some(0));
                        let Some(replaced) = replaced else { continue };
                        let (_, task) = clients.remove(replaced);
                        task.abort();
                        // Its end gives its place back.
                        while !task.is_finished() && tasks.join_next().await.is_some() {}
                    }
                    let permit = self.permits.admit(Kind::Talk, from, None).await;
                    self.permit.set(Standing::Played);
                    let place = permit.place();
                    latest += 1;
                    let client = Client {
                        id: latest,
                        permit,
                        seen: self.seen.clone(),
                        from: port,
                        lang: self.lang,
                    };
                    let is_chat = self.server == PracticeServer::Chat;
                    let inbox = is_chat.then(|| chat.join(client.id));
                    client.saw(PracticeAction::Connected(time_of_day(self.offset)));
                    let task = match inbox {
                        Some(inbox) => tasks.spawn(client.chat(stream, chat.clone(), inbox)),
                        None if self.server == PracticeServer::Echo => {
                            tasks.spawn(client.echo(stream))
                        }
                        None => tasks.spawn(client.turns(stream)),
                    };
                    self.permits.owned_by(place, task.clone());
                    clients.push((is_own, task));
                }
                Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
            }
        }
    }
}

/// The clients of a chat.
#[derive(Clone, Default)]
struct Chat(Arc<Mutex<Vec<Inbox>>>);

/// A client of a chat, and where messages wait for it.
type Inbox = (ClientId, mpsc::Sender<Vec<u8>>);

impl Chat {
    /// Adds a client. Dropping the receiver removes it.
    fn join(&self, client: ClientId) -> mpsc::Receiver<Vec<u8>> {
        let (sender, inbox) = mpsc::channel(PRACTICE_WAITING);
        locked(&self.0).push((client, sender));
        inbox
    }

    /// Passes a message on to all other clients, and returns how many get it.
    fn pass(&self, author: ClientId, message: &[u8]) -> usize {
        let mut clients = locked(&self.0);
        clients.retain(|(_, sender)| !sender.is_closed());
        let others = clients.iter().filter(|(client, _)| *client != author);
        others
            .filter(|(_, sender)| sender.try_send(message.to_vec()).is_ok())
            .count()
    }
}

/// A client on a practice port.
struct Client {
    id: ClientId,
    permit: ConnectionPermit,
    seen: Arc<Mutex<Seen>>,
    /// Its port, by which it is shown.
    from: u16,
    lang: Lang,
}

/// How a conversation ends: the last event.
type End = PracticeAction;

impl Client {
    fn saw(&self, what: PracticeAction) {
        let (client, from) = (self.id, self.from);
        let event = PracticeEvent { client, from, what };
        locked(&self.seen).observed.add(event);
    }

    /// It is this client's turn to speak.
    fn turn(&self) {
        locked(&self.seen).turn = Some(Turn {
            client: self.id,
            from: self.from,
            since: Instant::now(),
        });
    }

    fn end(&self, end: End) {
        self.saw(end);
        self.no_turn();
    }

    fn no_turn(&self) {
        let turn = &mut locked(&self.seen).turn;
        turn.take_if(|turn| turn.client == self.id);
    }

    /// The next message, as one receive returns it, if one comes before the deadline.
    async fn hear<'a>(
        &self,
        stream: &mut (impl AsyncRead + Unpin),
        buffer: &'a mut [u8],
        deadline: Instant,
    ) -> Result<&'a [u8], End> {
        let Ok(read) = timeout_at(deadline, stream.read(buffer)).await else {
            let silence = u32::try_from(PRACTICE_SILENCE.as_secs()).unwrap_or(u32::MAX);
            return Err(PracticeAction::Silent(silence));
        };
        match read {
            Ok(0) => Err(PracticeAction::Closed),
            Err(_) => Err(PracticeAction::Broke),
            Ok(count) => {
                self.permit.set(Standing::Played);
                let message = &buffer[..count];
                self.saw(PracticeAction::Sent(message.to_vec()));
                self.no_turn();
                Ok(message)
            }
        }
    }

    /// Sends a message, which is shown as this text.
    async fn send(
        &self,
        stream: &mut (impl AsyncWrite + Unpin),
        message: &[u8],
        shown: String,
    ) -> Result<(), End> {
        let written = timeout(WRITE_DEADLINE, stream.write_all(message)).await;
        if !matches!(written, Ok(Ok(()))) {
            return Err(PracticeAction::Broke);
        }
        self.saw(PracticeAction::Said(shown));
        Ok(())
    }

    /// The lesson's conversation: the server speaks first, then both take turns.
    async fn turns(self, mut stream: TcpStream) {
        let talk = async {
            let mut say = Some(greeting(self.lang));
            let mut buffer = [0; MESSAGE_BYTES];
            loop {
                if let Some(message) = say.take() {
                    let bytes = message.clone().into_bytes();
                    self.send(&mut stream, &bytes, message).await?;
                    self.turn();
                }
                let deadline = Instant::now() + PRACTICE_SILENCE;
                let message = self.hear(&mut stream, &mut buffer, deadline).await?;
                say = reply(message, self.lang);
                sleep(PRACTICE_PACE).await;
            }
        };
        let Err::<Infallible, End>(end) = talk.await;
        self.end(end);
    }

    /// Sends back what comes, until `FIN`.
    async fn echo(self, mut stream: TcpStream) {
        let talk = async {
            let mut buffer = [0; MESSAGE_BYTES];
            loop {
                self.turn();
                let deadline = Instant::now() + PRACTICE_SILENCE;
                let message = self.hear(&mut stream, &mut buffer, deadline).await?;
                if is_last(message) {
                    return Err(PracticeAction::ClosedHere);
                }
                let shown = quote(message).into_string();
                self.send(&mut stream, message, shown).await?;
                sleep(PRACTICE_PACE).await;
            }
        };
        let Err::<Infallible, End>(end) = talk.await;
        self.end(end);
    }

    /// Passes what comes on to all others of the chat, and sends what comes from them.
    async fn chat(self, mut stream: TcpStream, chat: Chat, mut inbox: mpsc::Receiver<Vec<u8>>) {
        let talk = async {
            let (mut read, mut write) = stream.split();
            let mut buffer = [0; MESSAGE_BYTES];
            let mut heard = Instant::now();
            loop {
                let deadline = heard + PRACTICE_SILENCE;
                let message = tokio::select! {
                    message = self.hear(&mut read, &mut buffer, deadline) => message?,
                    Some(message) = inbox.recv() => {
                        let shown = quote(&message).into_string();
                        self.send(&mut write, &message, shown).await?;
                        continue;
                    }
                };
                if is_last(message) {
                    return Err(PracticeAction::ClosedHere);
                }
                let others = chat.pass(self.id, message);
                self.saw(PracticeAction::Passed(others));
                heard = Instant::now();
                sleep(PRACTICE_PACE).await;
            }
        };
        let Err::<Infallible, End>(end) = talk.await;
        self.end(end);
    }
}

/// The time of day, `HH:MM:SS`, at `offset` minutes behind UTC.
fn time_of_day(offset: i32) -> String {
    let local = wall_clock().saturating_add_signed(-i64::from(offset) * 60_000);
    let date = date(local);
    let (_, time) = date.split_once('T').unwrap_or_default();
    time.trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::permits::Capacity;
    use game::limits::{PRACTICE_CLIENTS, PRACTICE_PORTS};
    use game::rules::BrowserId;

    use super::*;

    const TURNS: PracticeServer = PracticeServer::Turns;

    fn practices() -> (Practices, Permits) {
        let capacity = Capacity::new(10_000, true);
        let permits = Permits::new(
            Box::new(|_, _| {}),
            capacity,
            Arc::default(),
            Default::default(),
        );
        (Practices::new(permits.clone()), permits)
    }

    /// A page at this address opens a port of this machine.
    fn opening(from: IpAddr, server: PracticeServer) -> Opening {
        Opening {
            owner: (from, None),
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            server,
            offset: 0,
            lang: Lang::En,
        }
    }

    /// Protects a school's server and its pupils: the number of open ports is bounded, the address that has
    /// most loses one to another, and unused ones are closed.
    #[tokio::test(start_paused = true)]
    async fn ports_are_shared_by_address_and_unused_ones_are_closed() {
        let (practices, permits) = practices();
        let from = |host| IpAddr::from([10, 0, 0, host]);
        let player = |number: usize| {
            let mut player = PlayerId([0; 16]);
            player.0[..8].copy_from_slice(&number.to_be_bytes());
            player
        };
        let open = async |number: usize, host| {
            let opened = practices.open(player(number), opening(from(host), TURNS));
            opened.await.expect("descriptors and ports").is_some()
        };
        for number in 0..10 {
            assert!(open(number, 1).await, "{number}");
        }
        for number in 10..PRACTICE_PORTS + 100 {
            assert!(open(number, 2).await, "{number}");
        }
        assert!(open(11, 2).await, "a pupil with a port may open it again");
        assert!(permits.open() <= PRACTICE_PORTS);
        for number in 0..10 {
            assert!(
                practices.look(player(number)).is_some(),
                "{number} lost its port"
            );
        }
        tokio::time::advance(PRACTICE_IDLE).await;
        practices.sweep();
        for _ in 0..PRACTICE_PORTS {
            tokio::task::yield_now().await;
        }
        assert_eq!((practices.all().len(), permits.open()), (0, 0));
    }

    /// Protects descriptors from a program that connects and never says anything.
    #[tokio::test(start_paused = true)]
    async fn a_conversation_in_which_nothing_comes_ends() {
        let (practices, permits) = practices();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let player = PlayerId([1; 16]);
        let opened = practices.open(player, opening(here, TURNS)).await;
        let port = opened.expect("a port").expect("room").port;
        let begun = Instant::now();
        let stream = TcpStream::connect((here, port)).await;
        let mut stream = stream.expect("it listens");
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await.expect("an end");
        assert!(begun.elapsed() >= PRACTICE_SILENCE && !said.is_empty());
        let observed = practices.look(player).expect("the port stays").observed;
        let silent = |event: &PracticeEvent| matches!(event.what, PracticeAction::Silent(_));
        assert!(observed.events.last().is_some_and(silent), "{observed:?}");
        tokio::task::yield_now().await;
        assert_eq!(permits.open(), 1, "the conversation's place is given back");
    }

    /// Protects a pupil from a neighbour who connects to their port.
    #[tokio::test]
    async fn a_neighbour_ends_nobody_s_conversation() {
        let (practices, _) = practices();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let opened = practices.open(PlayerId([1; 16]), opening(here, TURNS));
        let port = opened.await.expect("a port").expect("room").port;
        let connect = async |host: u8| {
            let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
            let from = SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), 0));
            socket.bind(from).expect("a loopback address");
            let stream = socket.connect((here, port).into()).await;
            stream.expect("it listens")
        };
        let mut buffer = [0; MESSAGE_BYTES];
        let mut neighbour = connect(2).await;
        assert!(neighbour.read(&mut buffer).await.expect("a greeting") > 0);
        let mut own = connect(1).await;
        assert!(own.read(&mut buffer).await.expect("a greeting") > 0);
        let end = neighbour.read(&mut buffer).await;
        assert!(end.is_ok_and(|count| count == 0), "its port is the pupil's");
        let end = connect(2).await.read(&mut buffer).await;
        assert!(!end.is_ok_and(|count| count > 0), "nobody is greeted");
        own.write_all(b"bonjour").await.expect("it reads");
        assert!(own.read(&mut buffer).await.expect("an answer") > 0);
    }

    /// A pupil's port that speaks this, and a client of it at 127.0.0.`host`.
    async fn opened(practices: &Practices, server: PracticeServer) -> u16 {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let opened = practices.open(PlayerId([1; 16]), opening(here, server));
        opened.await.expect("a port").expect("room").port
    }

    async fn client(port: u16, host: u8) -> TcpStream {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        let from = SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), 0));
        socket.bind(from).expect("a loopback address");
        let to = (Ipv4Addr::LOCALHOST, port).into();
        socket.connect(to).await.expect("it listens")
    }

    /// What one receive returns: empty if the connection has ended.
    async fn received(stream: &mut TcpStream) -> String {
        let mut buffer = [0; MESSAGE_BYTES];
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        String::from_utf8(buffer[..count].to_vec()).expect("UTF-8")
    }

    /// Waits until this many clients have been let in.
    async fn await_clients(practices: &Practices, count: usize) {
        let connected = |event: &&PracticeEvent| matches!(event.what, PracticeAction::Connected(_));
        let come = || {
            let log = practices.look(PlayerId([1; 16])).expect("a port").observed;
            log.events.iter().filter(connected).count()
        };
        while come() < count {
            tokio::task::yield_now().await;
        }
    }

    /// Protects the lesson on several clients: each has its own echo, and `FIN` ends one of them only.
    #[tokio::test]
    async fn an_echo_serves_several_clients_at_once() {
        let (practices, _) = practices();
        let port = opened(&practices, PracticeServer::Echo).await;
        let (mut one, mut other) = (client(port, 1).await, client(port, 2).await);
        for round in 0..3 {
            for (who, stream) in [("one", &mut one), ("other", &mut other)] {
                let message = format!("{who} {round}");
                stream
                    .write_all(message.as_bytes())
                    .await
                    .expect("it reads");
                assert_eq!(received(stream).await, message);
            }
        }
        one.write_all(b"fin\n").await.expect("it reads");
        assert_eq!(received(&mut one).await, "", "it closes");
        other
            .write_all("encore là ?".as_bytes())
            .await
            .expect("it reads");
        assert_eq!(received(&mut other).await, "encore là ?");
        let seen = practices.look(PlayerId([1; 16])).expect("a port").observed;
        let told = seen.sentences(Lang::En).join("\n");
        let port = one.local_addr().expect("bound").port();
        assert!(told.contains(&format!("[{port}] That is FIN")), "{told}");
    }

    /// Protects a chat of a row of pupils: each message reaches all others, nobody is disconnected because another
    /// leaves, and beyond the bound a neighbour is disconnected, never the pupil's own client.
    #[tokio::test]
    async fn a_chat_passes_each_message_on_to_all_others() {
        let (practices, permits) = practices();
        let port = opened(&practices, PracticeServer::Chat).await;
        let mut own = client(port, 1).await;
        let mut others = Vec::new();
        for host in 2..=u8::try_from(PRACTICE_CLIENTS).expect("a few") {
            others.push(client(port, host).await);
        }
        await_clients(&practices, PRACTICE_CLIENTS).await;
        own.write_all(b"bonjour").await.expect("it reads");
        for other in &mut others {
            assert_eq!(received(other).await, "bonjour");
        }
        others[1]
            .write_all("à tous".as_bytes())
            .await
            .expect("it reads");
        assert_eq!(received(&mut own).await, "à tous");
        assert_eq!(received(&mut others[0]).await, "à tous");
        let mut late = client(port, 99).await;
        await_clients(&practices, PRACTICE_CLIENTS + 1).await;
        assert_eq!(
            received(&mut others[0]).await,
            "",
            "the oldest neighbour makes room"
        );
        others[1].write_all(b"FIN").await.expect("it reads");
        assert_eq!(received(&mut others[2]).await, "à tous");
        late.write_all(b"me voici").await.expect("it reads");
        assert_eq!(received(&mut own).await, "me voici");
        assert_eq!(received(&mut others[2]).await, "me voici");
        let seen = practices.look(PlayerId([1; 16])).expect("a port").observed;
        let passed = |event: &PracticeEvent| match event.what {
            PracticeAction::Passed(others) => Some(others),
            _ => None,
        };
        let passed: Vec<_> = seen.events.iter().filter_map(passed).collect();
        assert_eq!(passed[0], PRACTICE_CLIENTS - 1);
        assert!(permits.open() <= 1 + PRACTICE_CLIENTS);
    }

    /// Protects two pupils whose machines have picked the same port: they hear each other.
    #[tokio::test]
    async fn clients_with_the_same_port_are_told_apart() {
        let (practices, _) = practices();
        let port = opened(&practices, PracticeServer::Chat).await;
        let mut one = client(port, 1).await;
        let mut tried = Vec::new();
        let mut other = loop {
            let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
            let theirs = one.local_addr().expect("bound").port();
            // Another program may have it there.
            if socket
                .bind(SocketAddr::from(([127, 0, 0, 2], theirs)))
                .is_ok()
            {
                let to = (Ipv4Addr::LOCALHOST, port).into();
                break socket.connect(to).await.expect("it listens");
            }
            tried.push(std::mem::replace(&mut one, client(port, 1).await));
        };
        await_clients(&practices, tried.len() + 2).await;
        drop(tried);
        one.write_all(b"bonjour").await.expect("it reads");
        assert_eq!(received(&mut other).await, "bonjour");
        other.write_all("à toi".as_bytes()).await.expect("it reads");
        assert_eq!(received(&mut one).await, "à toi");
    }

    /// Protects a class whose teacher has ended talk: a port then serves its pupil's own programs only.
    #[tokio::test]
    async fn a_pupil_who_may_talk_to_no_other_is_alone_at_their_port() {
        let (practices, _) = practices();
        let port = opened(&practices, PracticeServer::Chat).await;
        let own = practices.owner(port).expect("a port");
        let stranger = (own.0, Some(BrowserId([7; 16])));
        let guest = async |from| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
            let listener = listener.expect("a free port");
            let address = listener.local_addr().expect("bound");
            let ours = TcpStream::connect(address).await.expect("it listens");
            let (theirs, peer) = listener.accept().await.expect("it came");
            assert!(practices.enter(port, theirs, from, peer.port()));
            ours
        };
        let (mut first, mut second) = (client(port, 1).await, guest(own).await);
        let (mut neighbour, mut other) = (client(port, 2).await, guest(stranger).await);
        await_clients(&practices, 4).await;
        practices.silence(|owner| owner == own);
        assert_eq!(received(&mut neighbour).await, "", "it is ended");
        assert_eq!(received(&mut other).await, "", "it is ended");
        for mut late in [client(port, 2).await, guest(stranger).await] {
            assert_eq!(received(&mut late).await, "", "it is not let in");
        }
        second.write_all(b"entre nous").await.expect("it reads");
        assert_eq!(received(&mut first).await, "entre nous");
        practices.silence(|_| false);
        let mut late = guest(stranger).await;
        await_clients(&practices, 5).await;
        first.write_all(b"te revoici").await.expect("it reads");
        assert_eq!(received(&mut late).await, "te revoici");
    }
}
