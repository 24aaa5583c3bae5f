//! How a run ends badly.

use std::fmt;
use std::process::ExitCode;

use sealbook_client::ClientError;

/// Why there is no figure to report.
pub enum Failure {
    /// The command line was wrong; the message says how to say it right.
    Usage(String),
    /// A file or variable the command line named cannot serve.
    Input(String),
    /// The other side of the socket.
    Client(ClientError),
}

impl Failure {
    /// 2 usage, 3 a dependency failed.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Input(_) | Self::Client(_) => ExitCode::from(3),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Input(text) => out.write_str(text),
            Self::Client(error) => write!(out, "{}: {error}", error.code()),
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Client(ClientError::Socket(error))
    }
}
