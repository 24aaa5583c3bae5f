//! A blocking connection over TCP or a Unix socket: frames out, frames in.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::error::ClientError;
use crate::framing::{FrameBuffer, frame};

/// A venue that says nothing for this long is an error rather than a wait without end.
pub const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Where a venue listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `host:port`.
    Tcp(String),
    /// Path of a Unix socket.
    Unix(PathBuf),
}

impl Address {
    /// `host:port`, `tcp:host:port` or `unix:/path`.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        if let Some(path) = text.strip_prefix("unix:") {
            return match path.is_empty() {
                true => Err(ClientError::Address(text.into())),
                false => Ok(Self::Unix(path.into())),
            };
        }
        let place = text.strip_prefix("tcp:").unwrap_or(text);
        match place.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(place.into()))
            }
            _ => Err(ClientError::Address(text.into())),
        }
    }

    /// `tcp` or `unix`.
    pub const fn transport(&self) -> &'static str {
        match self {
            Self::Tcp(_) => "tcp",
            Self::Unix(_) => "unix",
        }
    }
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(out),
            Self::Unix(stream) => stream.read(out),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes and frames so far, both ways, prefixes included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Frames queued.
    pub frames_sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// Frames taken.
    pub frames_received: u64,
    /// Their bytes.
    pub bytes_received: u64,
}

/// Frames over a socket. Queued frames leave in one write, so a window of frames costs one system call and not one each.
pub struct Connection {
    stream: Stream,
    incoming: FrameBuffer,
    outgoing: Vec<u8>,
    is_spinning: bool,
    traffic: Traffic,
}

impl Connection {
    /// Connects; Nagle is off, because a held-back order is a late order.
    pub fn open(address: &Address) -> Result<Self, ClientError> {
        let stream = match address {
            Address::Tcp(place) => {
                let stream = TcpStream::connect(place.as_str())?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(SILENCE_MAX))?;
                stream.set_write_timeout(Some(SILENCE_MAX))?;
                Stream::Tcp(stream)
            }
            Address::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(SILENCE_MAX))?;
                stream.set_write_timeout(Some(SILENCE_MAX))?;
                Stream::Unix(stream)
            }
        };
        Ok(Self {
            stream,
            incoming: FrameBuffer::default(),
            outgoing: Vec::with_capacity(64 * 1024),
            is_spinning: false,
            traffic: Traffic::default(),
        })
    }

    /// Spinning never sleeps in the kernel: it takes a core, and saves the wake-up.
    pub fn set_spinning(&mut self, is_spinning: bool) -> Result<(), ClientError> {
        match &self.stream {
            Stream::Tcp(stream) => stream.set_nonblocking(is_spinning)?,
            Stream::Unix(stream) => stream.set_nonblocking(is_spinning)?,
        }
        self.is_spinning = is_spinning;
        Ok(())
    }

    /// Bytes and frames so far.
    pub const fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// Appends a frame whose body `write` appends; nothing is sent yet.
    pub fn queue<T>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let before = self.outgoing.len();
        let value = frame(&mut self.outgoing, write)?;
        self.traffic.frames_sent += 1;
        self.traffic.bytes_sent += (self.outgoing.len() - before) as u64;
        Ok(value)
    }

    /// Appends a frame with this body.
    pub fn queue_body(&mut self, body: &[u8]) -> Result<(), ClientError> {
        self.queue(|out| {
            out.extend_from_slice(body);
            Ok(())
        })
    }

    /// Sends what is queued.
    pub fn flush(&mut self) -> Result<(), ClientError> {
        let mut sent = 0;
        let mut since: Option<Instant> = None;
        while sent < self.outgoing.len() {
            match self.stream.write(&self.outgoing[sent..]) {
                Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero).into()),
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if self.is_spinning && error.kind() == ErrorKind::WouldBlock => {
                    wait(&mut since)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.outgoing.clear();
        Ok(())
    }

    /// The next frame's body, waiting for it. The slice may be opened in place.
    pub fn receive(&mut self) -> Result<&mut [u8], ClientError> {
        let mut since: Option<Instant> = None;
        loop {
            if let Some(range) = self.incoming.take()? {
                self.count(range.len());
                return Ok(self.incoming.body(range));
            }
            if !self.fill()? {
                wait(&mut since)?;
            }
        }
    }

    /// The next frame's body if it is already here: in the buffer, or (when spinning) in the socket.
    pub fn receive_ready(&mut self) -> Result<Option<&mut [u8]>, ClientError> {
        let mut range = self.incoming.take()?;
        if range.is_none() && self.is_spinning && self.fill()? {
            range = self.incoming.take()?;
        }
        Ok(match range {
            Some(range) => {
                self.count(range.len());
                Some(self.incoming.body(range))
            }
            None => None,
        })
    }

    fn count(&mut self, length: usize) {
        self.traffic.frames_received += 1;
        self.traffic.bytes_received += length as u64 + 4;
    }

    /// Reads once; false if a spinning socket had nothing.
    fn fill(&mut self) -> Result<bool, ClientError> {
        match self.incoming.fill(&mut self.stream) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(false),
            Err(error) if self.is_spinning && error.kind() == ErrorKind::WouldBlock => Ok(false),
            // A blocking socket reports its time limit as WouldBlock too.
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                Err(io::Error::new(ErrorKind::TimedOut, "the venue fell silent").into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// One turn of a spin. Yields, because on two cores the other side may need this one.
fn wait(since: &mut Option<Instant>) -> Result<(), ClientError> {
    let start = *since.get_or_insert_with(Instant::now);
    if start.elapsed() > SILENCE_MAX {
        return Err(io::Error::new(ErrorKind::TimedOut, "the venue fell silent").into());
    }
    std::thread::yield_now();
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn addresses() {
        assert_eq!(Address::parse("127.0.0.1:80").unwrap(), Address::Tcp("127.0.0.1:80".into()));
        assert_eq!(Address::parse("tcp:[::1]:80").unwrap(), Address::Tcp("[::1]:80".into()));
        assert_eq!(Address::parse("unix:/a/b").unwrap(), Address::Unix("/a/b".into()));
        for bad in ["", "unix:", "localhost", ":80", "h:99999", "tcp:"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_window_of_frames_comes_back_blocking_or_spinning() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::Tcp(listener.local_addr().unwrap().to_string());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            std::io::copy(&mut stream.try_clone().unwrap(), &mut stream).unwrap();
        });
        let mut connection = Connection::open(&address).unwrap();
        for is_spinning in [false, true] {
            connection.set_spinning(is_spinning).unwrap();
            for i in 0..64u8 {
                connection.queue_body(&[i; 100]).unwrap();
            }
            connection.flush().unwrap();
            for i in 0..64u8 {
                assert_eq!(connection.receive().unwrap(), [i; 100]);
            }
            assert!(connection.receive_ready().unwrap().is_none());
        }
        let traffic = connection.traffic();
        assert_eq!((traffic.frames_sent, traffic.bytes_sent), (128, 128 * 104));
        assert_eq!((traffic.frames_received, traffic.bytes_received), (128, 128 * 104));
        drop(connection);
        server.join().unwrap();
    }
}
