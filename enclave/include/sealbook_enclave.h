/*
 * sealbook enclave: the C ABI (docs/boundaries.md section 7).
 *
 * Rules that hold for every call
 *  - Results are int32_t: 0 is ok, negative is a SEALBOOK_E_* below. Numbers are stable.
 *  - Nothing unwinds across. A fault inside a call poisons the handle: every later call but status,
 *    stop and destroy returns SEALBOOK_E_POISONED.
 *  - Buffers belong to the caller, are copied before they are read, and are never kept, except ring
 *    memory (sealbook_ring_attach), which must stay mapped until sealbook_destroy has returned.
 *  - Pointers must be non-null (a zero length does not excuse it for output) and aligned for their type:
 *    8 for uint64_t * and handle *. Inputs and outputs of one call must not overlap.
 *  - `uint64_t *len` of an output: in = room in bytes, out = bytes needed. Too little room is
 *    SEALBOOK_E_BUFFER and consumes nothing: call again with more.
 *  - Calls on one handle are one at a time: a concurrent or re-entrant call returns SEALBOOK_E_BUSY.
 *    sealbook_doorbell is the exception: any thread, any time between load and destroy.
 *
 * Life: load -> boot -> [ring_attach, recover] -> recover(end) -> open_epoch -> start -> stop -> destroy.
 * A genesis start also sends recover(end), with the chain's head at zero.
 */
#ifndef SEALBOOK_ENCLAVE_H
#define SEALBOOK_ENCLAVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEALBOOK_ABI_VERSION 1

#define SEALBOOK_OK 0
#define SEALBOOK_E_NULL -1        /* a pointer is null, or the handle is */
#define SEALBOOK_E_ALIGN -2       /* a pointer is not aligned for its type, or ring memory is not page aligned */
#define SEALBOOK_E_LENGTH -3      /* a length is zero, absurd, or wraps the address space */
#define SEALBOOK_E_OVERLAP -4     /* input and output, or two rings, share bytes */
#define SEALBOOK_E_BUFFER -5      /* output buffer too small; *len says how much is needed; nothing consumed */
#define SEALBOOK_E_STATE -6       /* the call is not legal in this state of the life above */
#define SEALBOOK_E_BUSY -7        /* another call on this handle is under way */
#define SEALBOOK_E_POISONED -8    /* a fault happened; only status, stop and destroy still work */
#define SEALBOOK_E_CONFIG -9      /* the configuration does not parse or contradicts itself */
#define SEALBOOK_E_FORMAT -10     /* a request, record or snapshot does not parse */
#define SEALBOOK_E_RING -11       /* bad ring header, or a cursor outside tail <= head <= tail + capacity */
#define SEALBOOK_E_HANDLE -12     /* not a live handle of this library */
#define SEALBOOK_E_ROLLBACK -13   /* the chain has accepted a state this journal does not lead to */
#define SEALBOOK_E_CHAIN -14      /* a journal record does not continue the hash chain, or a record is missing */
#define SEALBOOK_E_SEAL -15       /* sealed bytes do not open under this enclave's key */
#define SEALBOOK_E_DIVERGED -16   /* a replayed command gave another result than the journal says */
#define SEALBOOK_E_POISON -17     /* reserved: a poisoned command (rejected with E_POISON, the call itself is ok) */
#define SEALBOOK_E_MEMORY -18     /* allocation failed */
#define SEALBOOK_E_PLATFORM -19   /* the platform refused (randomness, report, key) */
#define SEALBOOK_E_FAULT -20      /* a broken invariant; the handle is poisoned from here on */
#define SEALBOOK_E_CONTRADICTION -21 /* a client holds a signed head that is not on our chain; only in a fault slot */

#define SEALBOOK_RING_IN 0     /* host -> enclave */
#define SEALBOOK_RING_OUT 1    /* matching thread -> host: replies, journal, public feed */
#define SEALBOOK_RING_LEDGER 2 /* batch thread -> host: heads, batches, snapshots */

#define SEALBOOK_RECOVER_SNAPSHOT 1 /* first byte of a recover piece; the sealed bytes follow, parts joined */
#define SEALBOOK_RECOVER_JOURNAL 2  /* whole journal records, as in section 3, without the segment header */
#define SEALBOOK_RECOVER_POISON 3   /* poison-list message */
#define SEALBOOK_RECOVER_END 4      /* recovery-end message */
#define SEALBOOK_RECOVER_HEAD 5     /* optional, before the journal: the same message early, so that records are replayed as they
                                       come instead of being kept until the end (at most 1 GiB) */

#define SEALBOOK_MEASUREMENT_BYTES 64
#define SEALBOOK_TARGET_INFO_BYTES 512
#define SEALBOOK_REPORT_BYTES 432

typedef struct sealbook_enclave sealbook_enclave;

/* The outward doorbell: ring `ring` (1 or 2) has something for a sleeping consumer. Called on an enclave thread; must return
 * quickly, must not call back into the handle, and must not throw. */
typedef void (*sealbook_callback)(void *context, int32_t ring);

int32_t sealbook_abi_version(void);

/* `config`: enclave-config message. `image`: bytes of this library as loaded, which is what is measured. */
int32_t sealbook_load(const uint8_t *image, uint64_t image_length, const uint8_t *config, uint64_t config_length,
                      sealbook_enclave **handle);

/* MRENCLAVE 32 then MRSIGNER 32. */
int32_t sealbook_measurement(sealbook_enclave *handle, uint8_t *measurement);

/* boot-request in, boot-reply out. Once per handle. */
int32_t sealbook_boot(sealbook_enclave *handle, const uint8_t *request, uint64_t request_length, uint8_t *reply,
                      uint64_t *reply_length);

/* TARGETINFO 512 in, REPORT 432 out, over the report data of section 6. */
int32_t sealbook_report(sealbook_enclave *handle, const uint8_t *target_info, uint8_t *report);

/* An error other than E_STATE ends this handle: destroy it, and load again with what is whole. */
int32_t sealbook_recover(sealbook_enclave *handle, const uint8_t *bytes, uint64_t length);

/* open-epoch message out; legal after recover(end). Repeating it before start gives the same bytes. */
int32_t sealbook_open_epoch(sealbook_enclave *handle, uint8_t *reply, uint64_t *reply_length);

/* Page-aligned, zeroed, untrusted memory. `length` is a multiple of 4096. Free with the same length. */
int32_t sealbook_shared_allocate(uint64_t length, uint8_t **memory);
int32_t sealbook_shared_free(uint8_t *memory, uint64_t length);

/* The host has written magic and capacity (section 2); length >= 256 + capacity. Each ring once, before start. */
int32_t sealbook_ring_attach(sealbook_enclave *handle, int32_t ring, uint8_t *memory, uint64_t length);

int32_t sealbook_start(sealbook_enclave *handle, sealbook_callback callback, void *context);
int32_t sealbook_doorbell(sealbook_enclave *handle);

/* enclave-status message out. Legal in every state. */
int32_t sealbook_status(sealbook_enclave *handle, uint8_t *reply, uint64_t *reply_length);

/* Drains ring 0, closes the open batch, flushes both outward rings and stops the threads. The host must keep consuming rings
 * 1 and 2 from another thread, or have room in them: after five seconds without progress the threads are stopped anyway. */
int32_t sealbook_stop(sealbook_enclave *handle);
int32_t sealbook_destroy(sealbook_enclave *handle);

#ifdef __cplusplus
}
#endif
#endif
