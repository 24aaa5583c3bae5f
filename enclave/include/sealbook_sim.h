/*
 * sealbook_sim: a bare engine for replay tests. Development only: no host, no session, no journal, no attestation.
 *
 * Results are int32_t: 0 is ok, negative is a code below (numbers as in sealbook_enclave.h). Buffers belong to the caller and
 * are never kept. One thread at a time per handle. Nothing unwinds across.
 */
#ifndef SEALBOOK_SIM_H
#define SEALBOOK_SIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEALBOOK_DEV_OK 0
#define SEALBOOK_DEV_E_NULL -1      /* a pointer is null, or the handle is */
#define SEALBOOK_DEV_E_LENGTH -3    /* a length is zero or above 65536 */
#define SEALBOOK_DEV_E_BUFFER -5    /* less room than SEALBOOK_DEV_OUT_LENGTH_MIN; nothing happened */
#define SEALBOOK_DEV_E_POISONED -8  /* a fault happened earlier; only destroy works */
#define SEALBOOK_DEV_E_CONFIG -9    /* the configuration does not parse, or an instrument of it cannot be listed */
#define SEALBOOK_DEV_E_COMMAND -32  /* the command does not parse; nothing happened */
#define SEALBOOK_DEV_E_LEAVES -33   /* the leaves are no state of this engine */

/* Room every output buffer must offer. */
#define SEALBOOK_DEV_OUT_LENGTH_MIN 262144

/* Makes an engine from an `enclave-config` message (docs/wire.md); its instruments are listed at time 0. */
int32_t sealbook_dev_engine_new(const uint8_t *config, uint64_t length, void **out);

/*
 * Makes an engine from leaves (docs/state.md), its books empty: `u32 count | accounts from 0 on, 20 words each | u32 count |
 * (u32 id | 9 words)*`, little-endian, words of 32 bytes, at most 128 MiB. `head`: epoch, sequence, time in us, oracle round,
 * inbox cursor. The instruments are the leaves'; of the configuration its limits count.
 */
int32_t sealbook_dev_engine_from_leaves(const uint8_t *config, uint64_t config_length, const uint8_t *leaves,
                                        uint64_t leaves_length, const uint64_t *head, void **out);

/*
 * Applies one command: one msgpack message of a session (codes 1-63), or, for account 0, of the system (64-95). Oracle
 * signatures are not checked here. `time_us` never moves backwards: an earlier time counts as the last one.
 * Writes one msgpack array: `result` first (counter 0, index 0, chain hash zero), then fills of both parties (the taker's
 * first), closes and account events in order, then one `market` for each book that changed, then tickers.
 * `*out_length`: room in, bytes written out.
 */
int32_t sealbook_dev_engine_apply(void *handle, uint32_t account, uint64_t time_us,
                                  const uint8_t *command, uint64_t length,
                                  uint8_t *out, uint64_t *out_length);

/* Credits an owner (20 bytes), in 1e-6 of the token; opens the account at its first deposit. A refusal is -(reject code). */
int32_t sealbook_dev_engine_deposit(void *handle, const uint8_t *owner, uint8_t subaccount,
                                    uint64_t amount, uint32_t *out_account);

/*
 * Words of a leaf (docs/state.md), 32 little-endian bytes each, into `out` (640 bytes): an account's twenty, or, if
 * `is_instrument` is 1, an instrument's nine. -32 if there is none.
 */
int32_t sealbook_dev_engine_leaf(void *handle, uint32_t is_instrument, uint32_t index, uint8_t *out);

/* Frees an engine; NULL is ignored. */
void sealbook_dev_engine_destroy(void *handle);

#ifdef __cplusplus
}
#endif

#endif
