import koffi from "koffi";
import { HostError } from "../errors.ts";

/**
 * The outward doorbell. On Linux the enclave calls libc's `eventfd_write` itself: `(context, ring)` are its `(fd, value)`, so an enclave
 * thread never waits for JavaScript, not even while the event loop is inside `sealbook_stop`. Elsewhere it is a koffi callback, which
 * makes the enclave thread wait until the event loop has run it.
 */
export interface Doorbell {
  /** Function pointer and first argument for `sealbook_start`. */
  callback: bigint;
  context: bigint;
  close(): void;
}

export function openDoorbell(onRing: () => void): Doorbell {
  return process.platform === "linux" ? eventDoorbell(onRing) : callbackDoorbell(onRing);
}

const EFD_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2000000;

function eventDoorbell(onRing: () => void): Doorbell {
  const libc = koffi.load(null);
  const eventfd = libc.func("int eventfd(unsigned int, int)");
  const eventfdRead = libc.func("int eventfd_read(int, void *)");
  const close = libc.func("int close(int)");
  const fd: number = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) throw new HostError("E_ENCLAVE", "The doorbell could not be made: out of file descriptors.");

  const count = new BigUint64Array(1);
  const poll = koffi.node.poll(fd, { readable: true }, () => {
    eventfdRead(fd, count);
    onRing();
  });
  return {
    callback: BigInt(libc.symbol("eventfd_write")),
    context: BigInt(fd),
    close: () => {
      poll.close();
      close(fd);
    },
  };
}

function callbackDoorbell(onRing: () => void): Doorbell {
  const type = koffi.pointer(koffi.proto("void (void *context, int32_t ring)"));
  const callback = koffi.register(() => onRing(), type);
  return { callback, context: 0n, close: () => koffi.unregister(callback) };
}
