// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IAttestationRegistry} from "./interfaces/IAttestationRegistry.sol";
import {IEscapeHatch} from "./interfaces/IEscapeHatch.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IProofVerifier} from "./interfaces/IProofVerifier.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IValidityPath} from "./interfaces/IValidityPath.sol";
import {ProvenKind, ValidityWords} from "./libraries/ValidityWords.sol";
import {WithdrawalTree} from "./libraries/WithdrawalTree.sol";
import {InboxEntry, InboxEntryLib, InboxKind} from "./types/InboxEntry.sol";
import {ProvenBatch} from "./types/ProvenBatch.sol";
import {ProvenStep, ValidityConfig} from "./types/ProvenStep.sol";

/// The venue without an enclave: what a proof says is held against everything it cannot know. Documentation is on the interface.
contract ValidityPath is IValidityPath {
    using ValidityWords for uint256;
    using ValidityWords for uint256[];

    /// How far a batch may claim to be ahead of its block, and how old it may be: a proof takes its time, an expired order must not
    /// come back to life.
    uint256 internal constant TIME_AHEAD_MAX = 60;
    uint256 internal constant TIME_BEHIND_MAX = 15 minutes;
    uint256 internal constant DEVELOPMENT_CHAIN_ID = 31_337;
    bytes32 internal constant DOMAIN_TAG = keccak256("sealbook.validity.v1");
    bytes32 internal constant PRICES_TYPEHASH =
        keccak256("ProvenPrices(uint64 round,uint64 time,uint256[] instruments)");
    /// Root of a tree of depth 24 in which every leaf is 0.
    bytes32 internal constant EMPTY_FILLS_ROOT =
        0x0e1a6b7d63a6e5a9e54e8f391dd4e9d49cdfedcbc87f02cd34d4641d2eb30491;

    ISettlement public immutable SETTLEMENT;
    IInbox public immutable INBOX;
    IAttestationRegistry private immutable REGISTRY;
    IProofVerifier public immutable VERIFIER;
    uint32 public immutable INSTRUMENTS;
    uint32 public immutable OPERATIONS;
    uint32 public immutable PROVE_AFTER;
    bool public immutable IS_OPEN_AT_BIRTH;
    uint8 public immutable ORACLE_THRESHOLD;

    mapping(address signer => bool) public isOracleSigner;
    /// Orders are bound to an epoch, so their fills are too: when an enclave takes over, both end.
    mapping(uint64 epoch => bytes32) private _fillsRoots;

    /// What was read from the settlement once.
    struct Present {
        uint64 epoch;
        uint64 batchNumber;
        bytes32 stateRoot;
        uint64 inboxCursor;
        uint64 oracleRound;
        address signer;
    }

    constructor(ISettlement settlement, IProofVerifier verifier, ValidityConfig memory config) {
        require(
            config.oracleThreshold != 0 && config.oracleThreshold <= config.oracleSigners.length
                && config.instruments != 0 && config.operations != 0 && config.proveAfter != 0,
            ConfigOutOfRange()
        );
        _requireProduction(address(verifier), config.canonicalAt);
        // A path that opens after the hatch does is none: whoever is first freezes the venue.
        uint64 silenceMax = IEscapeHatch(settlement.ESCAPE_HATCH()).SILENCE_MAX();
        require(config.proveAfter < silenceMax, ProveAfterSilence(silenceMax, config.proveAfter));

        SETTLEMENT = settlement;
        INBOX = settlement.INBOX();
        REGISTRY = settlement.REGISTRY();
        VERIFIER = verifier;
        INSTRUMENTS = config.instruments;
        OPERATIONS = config.operations;
        PROVE_AFTER = config.proveAfter;
        IS_OPEN_AT_BIRTH = config.isOpenAtBirth;
        ORACLE_THRESHOLD = config.oracleThreshold;
        for (uint256 i = 0; i < config.oracleSigners.length; i++) {
            require(config.oracleSigners[i] != address(0), ConfigOutOfRange());
            require(!isOracleSigner[config.oracleSigners[i]], ConfigOutOfRange());
            isOracleSigner[config.oracleSigners[i]] = true;
        }
    }

    /// @inheritdoc IValidityPath
    function advance(ProvenStep calldata step) external {
        Present memory present = _present();
        // That the venue is not frozen the settlement asks itself.
        uint256 opensAt = _opensAt(present);
        require(block.timestamp >= opensAt, PathClosed(opensAt));
        _checkWords(step.words, present);
        _checkOracle(step, present);
        _checkProof(step, present.stateRoot);
        ProvenBatch memory batch = _batchOf(step, present);

        _fillsRoots[present.epoch] = bytes32(step.words[3]);

        emit Advanced(batch.number, batch.stateRootAfter, step.words);

        SETTLEMENT.acceptProven(batch);
    }

    /// @inheritdoc IValidityPath
    function isOpen() external view returns (bool) {
        return !SETTLEMENT.isFrozen() && block.timestamp >= _opensAt(_present());
    }

    /// @inheritdoc IValidityPath
    function domain() external view returns (uint256) {
        return _domain(_present().epoch);
    }

    /// @inheritdoc IValidityPath
    function held() external view returns (uint64) {
        return _held(_present().inboxCursor);
    }

    /// @inheritdoc IValidityPath
    function fillsRoot() external view returns (bytes32) {
        return _fillsRoot(_present().epoch);
    }

    /// @inheritdoc IValidityPath
    function pricesDigest(uint64 round, uint64 time, uint256[] calldata instrumentWords)
        public
        view
        returns (bytes32)
    {
        bytes32 instruments = keccak256(abi.encodePacked(instrumentWords));
        bytes32 prices = keccak256(abi.encode(PRICES_TYPEHASH, round, time, instruments));
        return keccak256(abi.encodePacked(hex"1901", SETTLEMENT.domainSeparator(), prices));
    }

    function _present() private view returns (Present memory present) {
        (
            present.epoch,
            present.batchNumber,,
            present.stateRoot,
            present.inboxCursor,
            present.oracleRound,
            present.signer
        ) = SETTLEMENT.head();
    }

    /// When the path opens: at once if nobody may sign, else some time after the last batch.
    function _opensAt(Present memory present) private view returns (uint256) {
        if (present.epoch == 0) return IS_OPEN_AT_BIRTH ? 0 : type(uint256).max;
        if (present.signer == address(0) || !REGISTRY.isActive(present.signer)) return 0;
        (uint64 acceptedAt,) = SETTLEMENT.clocks();
        return acceptedAt + PROVE_AFTER;
    }

    function _checkWords(uint256[] calldata words, Present memory present) private view {
        uint256 count = ValidityWords.HEADER + INSTRUMENTS + 2 * uint256(OPERATIONS);
        require(words.length == count, WordCount(count, words.length));
        uint256 expected = _domain(present.epoch);
        require(words[0] == expected, DomainMismatch(expected, words[0]));
        bytes32 fills = _fillsRoot(present.epoch);
        require(bytes32(words[2]) == fills, FillsRootMismatch(fills, bytes32(words[2])));
        uint64 holdings = _held(present.inboxCursor);
        require(words[4] == holdings, HeldMismatch(holdings, words[4]));

        uint256 time = words.time() / 1e6;
        (uint256 earliest, uint256 latest) =
            (block.timestamp - TIME_BEHIND_MAX, block.timestamp + TIME_AHEAD_MAX);
        require(time >= earliest && time <= latest, TimeOutOfRange(earliest, latest, time));
    }

    /// Prices of a new round are signed by enough oracles; without a new round the circuit lets no price change.
    function _checkOracle(ProvenStep calldata step, Present memory present) private view {
        uint256 round = step.words.round();
        require(
            round >= present.oracleRound && round <= type(uint64).max,
            OracleRoundOutOfRange(present.oracleRound, round)
        );
        if (round == present.oracleRound) return;

        uint256 first = ValidityWords.HEADER;
        bytes32 digest = pricesDigest(uint64(round), step.words.time(), step.words[first:first + INSTRUMENTS]);
        address previous = address(0);
        for (uint256 i = 0; i < step.oracleSignatures.length; i++) {
            address signer = ECDSA.recover(digest, step.oracleSignatures[i]);
            require(isOracleSigner[signer], NotOracleSigner(signer));
            require(signer > previous, OracleSignersUnordered(previous, signer));
            previous = signer;
        }
        require(
            step.oracleSignatures.length >= ORACLE_THRESHOLD,
            OracleSignaturesMissing(ORACLE_THRESHOLD, step.oracleSignatures.length)
        );
    }

    function _checkProof(ProvenStep calldata step, bytes32 stateRootBefore) private view {
        (uint256 p, uint256 c) = ValidityWords.fingerprint(step.digest, step.words);
        bytes32[] memory inputs = new bytes32[](5);
        inputs[0] = step.digest;
        inputs[1] = bytes32(p);
        inputs[2] = stateRootBefore;
        inputs[3] = step.stateRootAfter;
        inputs[4] = bytes32(c);
        require(VERIFIER.verify(step.proof, inputs), ProofInvalid());
    }

    /// What the settlement is to accept. Each operation that concerns the inbox is held against the next entry, whose rolling hash the
    /// settlement compares: forged entries have no batch. What is paid goes under one root.
    function _batchOf(ProvenStep calldata step, Present memory present)
        private
        view
        returns (ProvenBatch memory batch)
    {
        batch.number = present.batchNumber + 1;
        batch.stateRootBefore = present.stateRoot;
        batch.stateRootAfter = step.stateRootAfter;
        batch.inboxCursor = present.inboxCursor;
        batch.inboxHash = INBOX.hashAt(present.inboxCursor);
        batch.oracleRound = uint64(step.words.round());
        batch.closedAt = step.words.time() / 1e6;

        uint256[] calldata words = step.words;
        bytes32[] memory leaves = new bytes32[](OPERATIONS);
        uint256 paid = 0;
        for (uint256 i = ValidityWords.HEADER + INSTRUMENTS; i < words.length; i += 2) {
            uint256 first = words.wordAt(i);
            ProvenKind kind = first.kind();
            if (kind >= ProvenKind.Trade || kind == ProvenKind.Noop) continue;
            if (kind != ProvenKind.Withdraw) _take(step.entries, first, words.wordAt(i + 1), batch, present);
            if (kind != ProvenKind.Withdraw && kind != ProvenKind.ForcedWithdraw) continue;
            uint64 amount = first.amount();
            if (amount == 0) continue;
            (address owner,) = first.identity();
            leaves[paid] = WithdrawalTree.leafOf(paid, owner, amount);
            paid++;
            batch.withdrawalsTotal += amount;
        }
        uint256 taken = batch.inboxCursor - present.inboxCursor;
        require(taken == step.entries.length, EntriesLeft(taken, step.entries.length));
        batch.withdrawalsRoot = WithdrawalTree.rootOf(leaves, paid);
    }

    /// Consumes the next inbox entry.
    function _take(
        InboxEntry[] calldata entries,
        uint256 first,
        uint256 second,
        ProvenBatch memory batch,
        Present memory present
    ) private view {
        uint64 index = batch.inboxCursor;
        uint256 taken = index - present.inboxCursor;
        require(taken < entries.length, EntryMissing(taken));
        InboxEntry calldata entry = entries[taken];
        require(_isWhatItAsks(first.kind(), first, second, entry, index), EntryContradicted(index));
        batch.inboxHash = InboxEntryLib.chain(batch.inboxHash, index, entry);
        batch.inboxCursor = index + 1;
    }

    /// Whether an operation does what the entry at `index` asks for.
    ///
    /// Only the chain knows that an owner has no account: none was opened before that owner's first deposit. So a deposit opens an
    /// account exactly if it is the first, and a forced entry is skipped for want of an account exactly if it came before.
    function _isWhatItAsks(
        ProvenKind kind,
        uint256 first,
        uint256 second,
        InboxEntry calldata entry,
        uint64 index
    ) private view returns (bool) {
        if (kind == ProvenKind.InsuranceDeposit) {
            return entry.kind == InboxKind.InsuranceDeposit && first.amount() == entry.amount;
        }
        uint64 opened = INBOX.firstDepositOf(entry.owner, entry.subaccount);
        bool hasAccount = opened != 0 && opened - 1 < index;
        if (kind == ProvenKind.Skip) return _isWithoutEffect(entry, hasAccount);
        (address owner, uint8 subaccount) = first.identity();
        if (owner != entry.owner || subaccount != entry.subaccount) return false;
        if (kind == ProvenKind.Deposit) {
            return
                entry.kind == InboxKind.Deposit && first.amount() == entry.amount
                    && first.flag() == !hasAccount;
        }
        if (!hasAccount) return false;
        if (kind == ProvenKind.ForcedWithdraw) {
            return entry.kind == InboxKind.ForcedWithdraw && second.asked() == entry.amount;
        }
        return entry.kind == InboxKind.RegisterKey && bytes32(second) == entry.data
            && first.flag() == (entry.amount == 1);
    }

    /// A close needs a book and a cancel-all has nothing to cancel: they are the enclave's. Others are without effect if there is
    /// nobody to have it on, or the key is no field element.
    function _isWithoutEffect(InboxEntry calldata entry, bool hasAccount) private pure returns (bool) {
        if (entry.kind == InboxKind.ForcedClose || entry.kind == InboxKind.ForcedCancelAll) return true;
        if (entry.kind == InboxKind.ForcedWithdraw) return !hasAccount;
        return
            entry.kind == InboxKind.RegisterKey
                && (!hasAccount || uint256(entry.data) >= ValidityWords.MODULUS);
    }

    function _domain(uint64 epoch) private view returns (uint256) {
        // 248 bits: below the field's modulus.
        return uint256(keccak256(abi.encode(DOMAIN_TAG, block.chainid, address(SETTLEMENT), epoch))) >> 8;
    }

    function _held(uint64 cursor) private view returns (uint64) {
        return INBOX.creditedAt(cursor) - SETTLEMENT.promised();
    }

    function _fillsRoot(uint64 epoch) private view returns (bytes32) {
        bytes32 root = _fillsRoots[epoch];
        return root == 0 ? EMPTY_FILLS_ROOT : root;
    }

    /// A development verifier differs from the real one in the ceremony's four words alone: they must be in the code.
    function _requireProduction(address verifier, uint256[4] memory canonicalAt) private view {
        if (block.chainid == DEVELOPMENT_CHAIN_ID) return;
        bytes memory code = verifier.code;
        bytes32[4] memory words = [
            bytes32(0x260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1),
            bytes32(0x0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0),
            bytes32(0x04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4),
            bytes32(0x22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55)
        ];
        for (uint256 i = 0; i < 4; i++) {
            uint256 place = canonicalAt[i];
            require(place + 32 <= code.length, DevelopmentVerifier());
            bytes32 word;
            assembly ("memory-safe") {
                word := mload(add(add(code, 32), place))
            }
            require(word == words[i], DevelopmentVerifier());
        }
    }
}
