//! `echo`: the raw floor. A blocking server thread that writes back what it reads, and the client beside it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::ExitCode;

use sealbook_client::Address;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::ping;

/// `sealbook-load echo`.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, Failure> {
    let is_unix = arguments.choice("transport", &[("tcp", false), ("unix", true)])?;
    let (bytes, plan, is_json) = ping::take(arguments)?;
    arguments.end()?;
    let server = if is_unix { serve_unix()? } else { serve_tcp()? };
    ping::measure("echo", &server.address, bytes, &plan, is_json)
}

/// A server of one connection; its socket file goes with it.
struct Server {
    address: Address,
    file: Option<PathBuf>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

fn serve_tcp() -> Result<Server, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = Address::Tcp(listener.local_addr()?.to_string());
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            let _ = stream.set_nodelay(true);
            reflect(stream);
        }
    });
    Ok(Server { address, file: None })
}

fn serve_unix() -> Result<Server, Failure> {
    let path = std::env::temp_dir().join(format!("sealbook-echo-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path)?;
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            reflect(stream);
        }
    });
    Ok(Server { address: Address::Unix(path.clone()), file: Some(path) })
}

/// One read, one write, as a raw Node `net` echo does; it never looks at a frame. Ends when the client does.
fn reflect(mut stream: impl Read + Write) {
    let mut bytes = vec![0; 256 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        if stream.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}
