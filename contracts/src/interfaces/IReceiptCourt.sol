// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../types/BatchHeader.sol";
import {Head} from "../types/Head.sol";

/// What an enclave's key has signed, held against itself. The operator's bond answers for it.
///
/// A receipt names a place in the chain, and a signed head fixes the chain up to there. Three kinds of evidence:
/// 1. _Equivocation_: two signed heads of one epoch and sequence with different hashes. Nothing excuses it.
/// 2. _Contradiction_: a signed head at the last sequence of an accepted batch of its epoch, with another hash than the batch's.
/// 3. _Challenge_: a signed head inside an accepted batch of its epoch. Whether it is on the batch's chain, nobody can see but who knows
///    the records: the operator must show the digests that lead from the head to the batch's hash, or lose the bond.
///
/// A head beyond the last batch of its epoch is void when the next epoch opens: it was never anchored, and no evidence.
/// Only keys that opened an epoch here are judged. An epoch costs the bond once.
interface IReceiptCourt {
    struct CourtConfig {
        uint128 challengeStake; // token units; what a challenge costs who is wrong
        uint32 answerMax; // s the operator has to answer
        uint32 withdrawDelay; // s between asking for the bond and getting it; longer than `answerMax`
        uint32 rewardPpm; // of the bond, for who brings the evidence; the rest goes to the insurance fund
    }

    struct Challenge {
        address challenger; // 0 = none, or closed
        uint64 answerUntil; // Unix seconds
        uint64 epoch;
        uint64 sequence; // of the head
        uint64 lastSequence; // of the batch
        uint64 answeredTo; // how far the digests have led
        bytes32 head; // chain hash
        bytes32 target; // chain hash of the batch
        bytes32 answered; // chain hash after `answeredTo`
    }

    event Bonded(address indexed from, uint256 amount, uint256 bond);
    event WithdrawalAnnounced(uint64 withdrawableFrom);
    event BondWithdrawn(address indexed to, uint256 amount);
    event EquivocationProven(uint64 indexed epoch, uint64 indexed sequence, bytes32 first, bytes32 second);
    event ContradictionProven(
        uint64 indexed epoch, uint64 indexed sequence, bytes32 signed, bytes32 accepted
    );
    event Challenged(
        uint256 indexed id,
        uint64 indexed epoch,
        uint64 indexed sequence,
        bytes32 chainHash,
        uint64 batchNumber,
        uint64 answerUntil
    );
    event Answered(uint256 indexed id, uint64 answeredTo);
    event ChallengeDismissed(uint256 indexed id);
    event ChallengeUpheld(uint256 indexed id);
    event Slashed(uint64 indexed epoch, address indexed reporter, uint256 reward, uint256 insured);
    event RewardWithdrawn(address indexed owner, address indexed to, uint256 amount);

    error CourtConfigOutOfRange();
    error NotOperator(address expected, address actual);
    error NothingBonded();
    error NothingToWithdraw();
    error WithdrawalNotAnnounced();
    error TooEarly(uint64 expectedFrom, uint64 timestamp);
    error AnnouncementLapsed(uint64 expectedUntil, uint64 timestamp);
    error ChallengesOpen(uint256 count);
    /// The signer did not open the epoch the head names.
    error ForeignSigner(address signer, uint64 expectedEpoch, uint64 actualEpoch);
    error SameHead();
    error PositionsDiffer();
    error EpochAlreadySlashed(uint64 epoch);
    error UnknownBatch(uint64 batchNumber, bytes32 expected, bytes32 actual);
    error EpochMismatch(uint64 expected, uint64 actual);
    error SequenceOutOfBatch(uint64 first, uint64 last, uint64 actual);
    error ChainHashesAgree();
    error UnknownChallenge(uint256 id);
    error AnswerTooLate(uint64 answerUntil, uint64 timestamp);
    error AnswerElsewhere(uint64 expected, uint64 actual);
    error AnswerTooLong(uint64 expectedMax, uint64 actual);
    error WrongAnswer(bytes32 expected, bytes32 actual);
    error AnswerStillDue(uint64 answerUntil, uint64 timestamp);

    /// Adds to the operator's bond. Anyone; approve first. What arrives is counted.
    function bond(uint256 amount) external;

    /// Starts the delay after which the operator may take the bond. Operator only; again starts it anew.
    function announceWithdrawal() external;

    /// Pays the whole bond to `to`: the delay being over, no longer ago than it lasted, and no challenge open. Operator only.
    function withdrawBond(address to) external;

    /// @param firstSignature 65 bytes r ‖ s ‖ v each, EIP-712, by the epoch's signer.
    function proveEquivocation(
        Head calldata first,
        bytes calldata firstSignature,
        Head calldata second,
        bytes calldata secondSignature
    ) external;

    /// @param header As `BatchAccepted` published it.
    function proveContradiction(Head calldata head, bytes calldata signature, BatchHeader calldata header)
        external;

    /// Demands the digests between a head and the batch it lies in. Takes the stake; approve first.
    function challenge(Head calldata head, bytes calldata signature, BatchHeader calldata header)
        external
        returns (uint256 id);

    /// Record digests from `from` on, in order; as many transactions as it takes. The one that reaches the batch's hash dismisses the
    /// challenge and earns the stake. Operator only; `from` is where the last answer ended, or the head's sequence to begin anew.
    function answer(uint256 id, uint64 from, bytes32[] calldata digests) external;

    /// Slashes for a challenge that was not answered in time, and returns the stake. Anyone.
    function uphold(uint256 id) external;

    /// Sends what the caller has earned, or is to get back, to `to`.
    function withdrawReward(address to) external;

    function bonded() external view returns (uint256);

    function rewardOf(address owner) external view returns (uint256);

    function isSlashed(uint64 epoch) external view returns (bool);

    function challengeOf(uint256 id) external view returns (Challenge memory);
}
