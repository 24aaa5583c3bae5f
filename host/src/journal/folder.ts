import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import koffi from "koffi";
import { causeText, errnoOf, HostError } from "../errors.ts";

/** The data folder: made at start, checked for writing, and locked against a second host. */
export interface DataFolder {
  path: string;
  journal: string;
  snapshots: string;
  batches: string;
  poisonFile: string;
  /** Where a start from leaves began; absent unless there was one. */
  leavesFile: string;
  release(): void;
}

/** Makes and locks the folder. @throws HostError E_DATA_DIR, E_DATA_LOCKED */
export function openDataFolder(path: string): DataFolder {
  const folder = {
    path,
    journal: join(path, "journal"),
    snapshots: join(path, "snapshots"),
    batches: join(path, "batches"),
    poisonFile: join(path, "poison.json"),
    leavesFile: join(path, "leaves.piece"),
  };
  try {
    for (const each of [path, folder.journal, folder.snapshots, folder.batches]) {
      mkdirSync(each, { recursive: true, mode: 0o700 });
      accessSync(each, constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return { ...folder, release: lockFolder(join(path, "host.lock"), path) };
}

/**
 * flock(2) rather than a file with a process id: the kernel lets go when the process dies, however it dies, and two hosts that start at
 * once cannot both win.
 */
export function lockFolder(file: string, folder: string): () => void {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  const flock = koffi.load(null).func("int flock(int, int)");
  if (flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    closeSync(fd);
    throw new HostError("E_DATA_LOCKED", `Another host is using ${folder}.`, {
      fix: "Stop it first, or give this one its own dataDir.",
    });
  }
  if (fstatSync(fd).size > 0) ftruncateSync(fd, 0);
  writeSync(fd, `${process.pid}\n`, 0);
  return () => closeSync(fd);
}

const LOCK_EX = 2;
const LOCK_NB = 4;

function unwritable(path: string, cause: unknown): HostError {
  const reason = errnoOf(cause) ?? causeText(cause);
  return new HostError("E_DATA_DIR", `The data folder ${path} cannot be written (${reason}).`, {
    fix: `Make it writable for this user, for example: chown -R $(id -u) ${path} && chmod -R u+rwX ${path}`,
    cause,
  });
}
