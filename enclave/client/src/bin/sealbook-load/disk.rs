//! `disk`: the floor of a durable acknowledgement. One record written into preallocated room, then `fdatasync`.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::report;
use crate::samples::Samples;

/// Room that exists before the clock starts: a file that grows costs a third more, and a journal does not grow either.
const ROOM_BYTES: usize = 4 << 20;

/// A file that goes with the run.
struct Scratch {
    file: File,
    path: PathBuf,
}

impl Scratch {
    fn create(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join(format!("sealbook-disk-{}", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let scratch = Self { file, path };
        scratch.file.write_all_at(&vec![0; ROOM_BYTES], 0)?;
        scratch.file.sync_all()?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// `sealbook-load disk`.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, Failure> {
    let folder = arguments.place()?;
    let bytes = arguments.number("bytes", 1, ROOM_BYTES)?.unwrap_or(256);
    let count = arguments.number("count", 1, 1_000_000)?.unwrap_or(500);
    let is_json = arguments.flag("json");
    arguments.end()?;
    let unusable = |error| Failure::Input(format!("cannot write in {folder}: {error}"));
    let scratch = Scratch::create(Path::new(&folder)).map_err(unusable)?;
    let (elapsed_ns, samples) = write_and_sync(&scratch.file, bytes, count).map_err(unusable)?;
    let per_s = report::per_second(count as u64, elapsed_ns);
    let json = json!({
        "kind": "disk",
        "transport": "fdatasync",
        "window": 1,
        "frames": count,
        "commands_per_frame": 1,
        "elapsed_ns": elapsed_ns,
        "frames_per_s": per_s,
        "commands_per_s": per_s,
        "request_bytes_mean": bytes,
        "reply_bytes_mean": 0,
        "latency_ns": samples.to_json(),
    });
    report::print(&json, is_json);
    Ok(ExitCode::SUCCESS)
}

fn write_and_sync(file: &File, bytes: usize, count: usize) -> std::io::Result<(u64, Samples)> {
    let record = vec![0xa5; bytes];
    let slots = ROOM_BYTES / bytes;
    let mut samples = Vec::with_capacity(count);
    let start = Instant::now();
    for i in 0..count {
        let began = Instant::now();
        file.write_all_at(&record, ((i % slots) * bytes) as u64)?;
        file.sync_data()?;
        samples.push(began.elapsed().as_nanos() as u64);
    }
    Ok((start.elapsed().as_nanos() as u64, Samples::new(samples)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn records_stay_inside_the_room_and_the_file_goes() {
        let scratch = Scratch::create(&std::env::temp_dir()).unwrap();
        let (_, samples) = write_and_sync(&scratch.file, ROOM_BYTES / 2 + 1, 3).unwrap();
        assert_eq!(scratch.file.metadata().unwrap().len(), ROOM_BYTES as u64);
        assert!(samples.quantile(0) > 0);
        let path = scratch.path.clone();
        drop(scratch);
        assert!(!path.exists());
    }
}
