// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IReceiptCourt} from "./interfaces/IReceiptCourt.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {BatchHeader, BatchHeaderLib} from "./types/BatchHeader.sol";
import {Head, HeadLib} from "./types/Head.sol";

/// Evidence against a bond. Documentation is on the interface.
contract ReceiptCourt is IReceiptCourt, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using BatchHeaderLib for BatchHeader;
    using HeadLib for Head;

    uint256 internal constant PPM = 1e6;
    /// Half at most: an operator that reports itself still loses the rest.
    uint256 internal constant REWARD_PPM_MAX = 500_000;

    ISettlement public immutable SETTLEMENT;
    IERC20 public immutable TOKEN;
    address public immutable OPERATOR;
    uint128 public immutable CHALLENGE_STAKE;
    uint32 public immutable ANSWER_MAX;
    uint32 public immutable WITHDRAW_DELAY;
    uint32 public immutable REWARD_PPM;

    uint256 public bonded;
    uint64 public withdrawableFrom; // 0 = not announced
    uint64 public challengesOpen;
    uint64 public challenges;
    mapping(address owner => uint256) public rewardOf;
    mapping(uint64 epoch => bool) public isSlashed;
    mapping(uint256 id => Challenge) private _challenges;

    modifier onlyOperator() {
        require(msg.sender == OPERATOR, NotOperator(OPERATOR, msg.sender));
        _;
    }

    constructor(ISettlement settlement, CourtConfig memory config) {
        require(
            config.answerMax != 0 && config.withdrawDelay > config.answerMax && config.challengeStake != 0
                && config.rewardPpm <= REWARD_PPM_MAX,
            CourtConfigOutOfRange()
        );

        SETTLEMENT = settlement;
        TOKEN = settlement.VAULT().TOKEN();
        OPERATOR = settlement.OPERATOR();
        CHALLENGE_STAKE = config.challengeStake;
        ANSWER_MAX = config.answerMax;
        WITHDRAW_DELAY = config.withdrawDelay;
        REWARD_PPM = config.rewardPpm;
    }

    /// @inheritdoc IReceiptCourt
    function bond(uint256 amount) external nonReentrant {
        uint256 arrived = _collect(amount);
        require(arrived != 0, NothingBonded());

        bonded += arrived;

        emit Bonded(msg.sender, arrived, bonded);
    }

    /// @inheritdoc IReceiptCourt
    function announceWithdrawal() external onlyOperator {
        withdrawableFrom = uint64(block.timestamp) + WITHDRAW_DELAY;

        emit WithdrawalAnnounced(withdrawableFrom);
    }

    /// @inheritdoc IReceiptCourt
    function withdrawBond(address to) external onlyOperator nonReentrant {
        uint64 from = withdrawableFrom;
        require(from != 0, WithdrawalNotAnnounced());
        require(block.timestamp >= from, TooEarly(from, uint64(block.timestamp)));
        // Announced and kept in hand, the delay would protect nobody.
        require(
            block.timestamp <= from + WITHDRAW_DELAY,
            AnnouncementLapsed(from + WITHDRAW_DELAY, uint64(block.timestamp))
        );
        require(challengesOpen == 0, ChallengesOpen(challengesOpen));
        uint256 amount = bonded;
        require(amount != 0, NothingBonded());

        (bonded, withdrawableFrom) = (0, 0);
        emit BondWithdrawn(to, amount);

        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IReceiptCourt
    function proveEquivocation(
        Head calldata first,
        bytes calldata firstSignature,
        Head calldata second,
        bytes calldata secondSignature
    ) external nonReentrant {
        require(first.epoch == second.epoch && first.sequence == second.sequence, PositionsDiffer());
        require(first.chainHash != second.chainHash, SameHead());
        _checkSigned(first, firstSignature);
        _checkSigned(second, secondSignature);

        emit EquivocationProven(first.epoch, first.sequence, first.chainHash, second.chainHash);

        _convict(first.epoch);
    }

    /// @inheritdoc IReceiptCourt
    function proveContradiction(Head calldata head, bytes calldata signature, BatchHeader calldata header)
        external
        nonReentrant
    {
        _checkSigned(head, signature);
        _checkAccepted(head, header);
        uint64 last = header.lastSequence;
        require(head.sequence == last, SequenceOutOfBatch(last, last, head.sequence));
        require(head.chainHash != header.chainHash, ChainHashesAgree());

        emit ContradictionProven(head.epoch, head.sequence, head.chainHash, header.chainHash);

        _convict(head.epoch);
    }

    /// @inheritdoc IReceiptCourt
    function challenge(Head calldata head, bytes calldata signature, BatchHeader calldata header)
        external
        nonReentrant
        returns (uint256 id)
    {
        _checkSigned(head, signature);
        _checkAccepted(head, header);
        require(!isSlashed[head.epoch], EpochAlreadySlashed(head.epoch));
        require(bonded != 0, NothingBonded());
        // At the batch's last sequence there is nothing to ask: the hashes agree, or contradict each other.
        require(
            head.sequence >= header.firstSequence && head.sequence < header.lastSequence,
            SequenceOutOfBatch(header.firstSequence, header.lastSequence - 1, head.sequence)
        );
        uint256 arrived = _collect(CHALLENGE_STAKE);
        require(arrived == CHALLENGE_STAKE, NothingBonded());

        id = ++challenges;
        challengesOpen += 1;
        uint64 answerUntil = uint64(block.timestamp) + ANSWER_MAX;
        _challenges[id] = Challenge({
            challenger: msg.sender,
            answerUntil: answerUntil,
            epoch: head.epoch,
            sequence: head.sequence,
            lastSequence: header.lastSequence,
            answeredTo: head.sequence,
            head: head.chainHash,
            target: header.chainHash,
            answered: head.chainHash
        });

        emit Challenged(id, head.epoch, head.sequence, head.chainHash, header.number, answerUntil);
    }

    /// @inheritdoc IReceiptCourt
    function answer(uint256 id, uint64 from, bytes32[] calldata digests) external onlyOperator {
        Challenge storage open = _challenges[id];
        require(open.challenger != address(0), UnknownChallenge(id));
        uint64 until = open.answerUntil;
        require(block.timestamp <= until, AnswerTooLate(until, uint64(block.timestamp)));
        require(from == open.answeredTo || from == open.sequence, AnswerElsewhere(open.answeredTo, from));
        uint64 answeredTo = from + uint64(digests.length);
        require(answeredTo <= open.lastSequence, AnswerTooLong(open.lastSequence, answeredTo));
        bytes32 chainHash = from == open.sequence ? open.head : open.answered;
        for (uint256 i = 0; i < digests.length; i++) {
            chainHash = sha256(bytes.concat(chainHash, digests[i]));
        }
        bool isWhole = answeredTo == open.lastSequence;
        require(!isWhole || chainHash == open.target, WrongAnswer(open.target, chainHash));

        (open.answeredTo, open.answered) = (answeredTo, chainHash);
        emit Answered(id, answeredTo);
        if (!isWhole) return;

        _close(id, OPERATOR);
        emit ChallengeDismissed(id);
    }

    /// @inheritdoc IReceiptCourt
    function uphold(uint256 id) external nonReentrant {
        Challenge storage open = _challenges[id];
        (address challenger, uint64 epoch) = (open.challenger, open.epoch);
        require(challenger != address(0), UnknownChallenge(id));
        uint64 until = open.answerUntil;
        require(block.timestamp > until, AnswerStillDue(until, uint64(block.timestamp)));

        _close(id, challenger);
        emit ChallengeUpheld(id);

        // The stake comes back in any case; of one epoch's bond there is only one.
        if (!isSlashed[epoch] && bonded != 0) _slash(epoch, challenger);
    }

    /// @inheritdoc IReceiptCourt
    function withdrawReward(address to) external nonReentrant {
        uint256 amount = rewardOf[msg.sender];
        require(amount != 0, NothingToWithdraw());

        rewardOf[msg.sender] = 0;
        emit RewardWithdrawn(msg.sender, to, amount);

        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IReceiptCourt
    function challengeOf(uint256 id) external view returns (Challenge memory) {
        return _challenges[id];
    }

    /// The key must have opened the epoch it speaks of: each key opens one, each epoch one key.
    function _checkSigned(Head calldata head, bytes calldata signature) private view {
        bytes32 digest = MessageHashUtils.toTypedDataHash(SETTLEMENT.domainSeparator(), head.hash());
        address signer = ECDSA.recover(digest, signature);
        uint64 epoch = SETTLEMENT.epochOf(signer);
        require(epoch != 0 && epoch == head.epoch, ForeignSigner(signer, head.epoch, epoch));
    }

    function _checkAccepted(Head calldata head, BatchHeader calldata header) private view {
        bytes32 expected = SETTLEMENT.batchHashOf(header.number);
        bytes32 actual = header.hash();
        require(expected == actual, UnknownBatch(header.number, expected, actual));
        require(head.epoch == header.epoch, EpochMismatch(header.epoch, head.epoch));
    }

    function _convict(uint64 epoch) private {
        require(!isSlashed[epoch], EpochAlreadySlashed(epoch));
        require(bonded != 0, NothingBonded());

        _slash(epoch, msg.sender);
    }

    /// The reporter's share waits for the reporter; the rest is the insurance fund's, or the vault's where there is no fund any more.
    function _slash(uint64 epoch, address reporter) private {
        uint256 reward = bonded * REWARD_PPM / PPM;
        uint256 insured = bonded - reward;
        isSlashed[epoch] = true;
        bonded = 0;
        withdrawableFrom = 0;
        rewardOf[reporter] += reward;
        emit Slashed(epoch, reporter, reward, insured);

        address vault = address(SETTLEMENT.VAULT());
        TOKEN.forceApprove(vault, insured);
        try SETTLEMENT.INBOX().depositInsurance(insured) {}
        catch {
            TOKEN.safeTransfer(vault, insured);
        }
        TOKEN.forceApprove(vault, 0);
    }

    function _close(uint256 id, address stakeTo) private {
        delete _challenges[id];
        challengesOpen -= 1;
        rewardOf[stakeTo] += CHALLENGE_STAKE;
    }

    function _collect(uint256 amount) private returns (uint256 arrived) {
        uint256 before = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        return TOKEN.balanceOf(address(this)) - before;
    }
}
