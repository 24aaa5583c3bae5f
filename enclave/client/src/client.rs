//! Wallet, session and connection together.

use sealbook_wire::frame::{BODY_LENGTH_MAX, COMMANDS_MAX, HEAD_LENGTH, TAG_LENGTH};
use sealbook_wire::{Command, Reader, SessionEvent, SessionOpened, Writer};

use crate::connection::{Address, Connection, Traffic};
use crate::error::ClientError;
use crate::session::{EnclaveKey, Opening, Session, Terms};
use crate::wallet::Wallet;

const PLAINTEXT_MAX: usize = BODY_LENGTH_MAX - HEAD_LENGTH - TAG_LENGTH;

/// An open session over a blocking connection.
///
/// Pipelining is the caller's: `queue` as many frames as the window allows, `flush` once, `receive` until the window has
/// room. Every frame of n commands brings exactly n results, in order; other events come between them.
pub struct Client {
    connection: Connection,
    session: Session,
    opened: SessionOpened,
}

impl Client {
    /// Connects and opens a session: one round trip after the socket's own.
    pub fn connect(
        address: &Address,
        enclave: &EnclaveKey,
        wallet: &Wallet,
        terms: &Terms,
    ) -> Result<Self, ClientError> {
        let opening = Opening::seal(enclave, wallet, terms)?;
        let mut connection = Connection::open(address)?;
        connection.queue_body(opening.body())?;
        connection.flush()?;
        let (session, opened) = opening.accept(connection.receive()?)?;
        Ok(Self { connection, session, opened })
    }

    /// What the enclave said at the opening: account, head, granted level.
    pub const fn opened(&self) -> &SessionOpened {
        &self.opened
    }

    /// Bytes and frames so far, the opening included.
    pub const fn traffic(&self) -> Traffic {
        self.connection.traffic()
    }

    /// See [`Connection::set_spinning`].
    pub fn set_spinning(&mut self, is_spinning: bool) -> Result<(), ClientError> {
        self.connection.set_spinning(is_spinning)
    }

    /// Seals 1 to 64 commands into one frame and queues it; returns the frame's counter, which its results name.
    pub fn queue(&mut self, commands: &[Command]) -> Result<u64, ClientError> {
        let refused = ClientError::Commands(commands.len());
        if commands.is_empty() || commands.len() > COMMANDS_MAX as usize {
            return Err(refused);
        }
        let mut buffer = [0; PLAINTEXT_MAX];
        let mut writer = Writer::new(&mut buffer);
        writer.array(commands.len() as u32);
        commands.iter().for_each(|command| command.emit(&mut writer));
        let plaintext = writer.finish().map_err(|_| refused)?;
        let session = &mut self.session;
        self.connection.queue(|out| session.seal(plaintext, out))
    }

    /// Sends what is queued.
    pub fn flush(&mut self) -> Result<(), ClientError> {
        self.connection.flush()
    }

    /// Queues one frame and sends it at once.
    pub fn send(&mut self, commands: &[Command]) -> Result<u64, ClientError> {
        let counter = self.queue(commands)?;
        self.flush()?;
        Ok(counter)
    }

    /// The events of the next frame, waiting for it.
    pub fn receive(&mut self) -> Result<Events<'_>, ClientError> {
        let plaintext = self.session.open(self.connection.receive()?)?;
        Events::parse(plaintext)
    }

    /// The events of the next frame if it is here already: see [`Connection::receive_ready`].
    pub fn receive_ready(&mut self) -> Result<Option<Events<'_>>, ClientError> {
        match self.connection.receive_ready()? {
            Some(body) => Events::parse(self.session.open(body)?).map(Some),
            None => Ok(None),
        }
    }
}

/// The events of one frame, in order. After an error there are no more.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl<'a> Events<'a> {
    /// The events of an opened body.
    pub fn parse(plaintext: &'a [u8]) -> Result<Self, ClientError> {
        let mut reader = Reader::new(plaintext);
        let left = reader.array()?;
        Ok(Self { reader, left })
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<SessionEvent<'a>, ClientError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let event = SessionEvent::parse_item(&mut self.reader);
        let event = match self.left {
            0 => event.and_then(|event| self.reader.end().map(|()| event)),
            _ => event,
        };
        if event.is_err() {
            self.left = 0;
        }
        Some(event.map_err(ClientError::Message))
    }
}

#[cfg(test)]
#[path = "client_test.rs"]
mod tests;
