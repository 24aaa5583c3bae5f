// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationRegistry} from "../../src/AttestationRegistry.sol";
import {Certificates} from "../../src/Certificates.sol";
import {Endorsements} from "../../src/Endorsements.sol";
import {QuoteVerifier} from "../../src/QuoteVerifier.sol";
import {Inbox} from "../../src/Inbox.sol";
import {EscapeHatch} from "../../src/EscapeHatch.sol";
import {ReceiptCourt} from "../../src/ReceiptCourt.sol";
import {Settlement} from "../../src/Settlement.sol";
import {Timelock} from "../../src/Timelock.sol";
import {Vault} from "../../src/Vault.sol";
import {DevToken} from "../../src/dev/DevToken.sol";
import {IReceiptCourt} from "../../src/interfaces/IReceiptCourt.sol";
import {ExitDelays} from "../../src/types/Exit.sol";
import {BatchHeader, BatchHeaderLib} from "../../src/types/BatchHeader.sol";
import {OpenEpoch, OpenEpochLib} from "../../src/types/OpenEpoch.sol";
import {Measurement, P256Key, Registration, RegistryConfig} from "../../src/types/RegistryTypes.sol";
import {ForcedDeadlines, OutflowCap, VenueConfig} from "../../src/types/VenueConfig.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Tee} from "../../src/types/EndorsementTypes.sol";
import {EndorsementBuilder} from "./EndorsementBuilder.sol";
import {QuoteSpec} from "./QuoteBuilder.sol";

/// A whole venue on the development chain, with a registered platform and measurement. Tests change one thing at a time.
abstract contract Venue is EndorsementBuilder {
    bytes32 internal constant GENESIS_ROOT = keccak256("genesis state");
    bytes32 internal constant CONFIG_HASH = keccak256("enclave configuration");
    bytes32 internal constant ENCRYPTION_KEY = keccak256("x25519");
    bytes32 internal constant BLOCK_HASH = keccak256("recent block");
    uint64 internal constant BLOCK_NUMBER = 900;
    uint256 internal constant NOW = 1_790_000_000; // 2026-09-21
    uint256 internal constant SIGNER_KEY = 0x516e;

    address internal constant GOVERNOR = address(0x60);
    address internal constant GUARDIAN = address(0x61);
    /// The data of every batch of these tests: what it says is the enclave's business, that it is there the contract's.
    bytes internal constant DATA = "data";

    uint64 internal constant FREEZE_GRACE = 12 hours;
    uint64 internal constant SILENCE_MAX = 24 hours;
    uint64 internal constant DEFICIT_WINDOW = 24 hours;
    uint64 internal constant TIMELOCK_DELAY = 7 days;
    /// The validity path is another room's: here its address alone counts.
    address internal constant VALIDITY_PATH = address(0x9a71);

    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    Certificates internal certificates;
    Endorsements internal endorsements;
    QuoteVerifier internal verifier;
    AttestationRegistry internal registry;
    Settlement internal settlement;
    EscapeHatch internal hatch;
    Timelock internal timelock;
    ReceiptCourt internal court;
    Inbox internal inbox;
    Vault internal vault;
    DevToken internal token;
    address internal signer;

    function setUp() public virtual {
        vm.chainId(31_337);
        vm.warp(NOW);
        vm.roll(1000);
        vm.setBlockhash(BLOCK_NUMBER, BLOCK_HASH);
        signer = vm.addr(SIGNER_KEY);
        deployVerifier(keyOf(ROOT_KEY));
        registry = new AttestationRegistry(registryConfig(), measurements());
        token = new DevToken();
        deploySettlement(token);
        registerEndorsements();
    }

    /// Also in the middle of a test, with another token.
    function deploySettlement(IERC20Metadata collateral) internal {
        settlement = new Settlement(venueConfig(collateral));
        hatch = new EscapeHatch(settlement, exitDelays());
        timelock = new Timelock(hatch, GOVERNOR, GUARDIAN, TIMELOCK_DELAY);
        court = new ReceiptCourt(settlement, courtConfig());
        inbox = Inbox(address(settlement.INBOX()));
        vault = Vault(address(settlement.VAULT()));
    }

    /// For a settlement that is created next, and hatch and timelock after it.
    function venueConfig(IERC20Metadata collateral) internal view returns (VenueConfig memory) {
        uint256 nonce = vm.getNonce(address(this));
        return VenueConfig({
            registry: registry,
            token: collateral,
            genesisStateRoot: GENESIS_ROOT,
            operator: address(this),
            escapeHatch: vm.computeCreateAddress(address(this), nonce + 1),
            timelock: vm.computeCreateAddress(address(this), nonce + 2),
            validityPath: VALIDITY_PATH,
            forced: ForcedDeadlines({short: 10 minutes, full: 1 hours}),
            outflow: OutflowCap({amountMin: 1_000_000e6, sharePpm: 100_000, window: 1 hours})
        });
    }

    function exitDelays() internal pure returns (ExitDelays memory) {
        return ExitDelays({
            freezeGrace: uint32(FREEZE_GRACE),
            silenceMax: uint32(SILENCE_MAX),
            deficitWindow: uint32(DEFICIT_WINDOW)
        });
    }

    function courtConfig() internal pure returns (IReceiptCourt.CourtConfig memory) {
        return IReceiptCourt.CourtConfig({
            challengeStake: 100e6, answerMax: 1 days, withdrawDelay: 7 days, rewardPpm: 250_000
        });
    }

    function deployVerifier(P256Key memory root) internal {
        certificates = new Certificates(root, GUARDIAN);
        endorsements = new Endorsements(certificates);
        verifier = new QuoteVerifier(endorsements);
    }

    /// Everything a quote of the test platform rests on.
    function registerEndorsements() internal {
        certificates.registerRoot(build(rootSpec()));
        certificates.registerCa(build(caSpec()));
        certificates.registerPck(build(pckSpec()), keyOf(CA_KEY).x, keyOf(CA_KEY).y);
        certificates.registerTcbSigner(build(tcbSignerSpec()));
        listRevoked(ROOT_KEY, "260901000000Z", new uint256[](0));
        listRevoked(CA_KEY, "260901000000Z", new uint256[](0));
        bytes memory text = build(tcbInfoSpec());
        endorsements.upsertTcbInfo(text, tcbSignature(text));
        text = qeIdentityText(false);
        endorsements.upsertQeIdentity(text, tcbSignature(text));
    }

    /// A new list of the root or the CA.
    function listRevoked(uint256 issuerKey, string memory thisUpdate, uint256[] memory serials) internal {
        string memory issuer = issuerKey == ROOT_KEY ? "Test SGX Root CA" : "Test Platform CA";
        certificates.upsertCrl(
            crl(issuerKey, issuer, serials, thisUpdate, "491231235959Z"),
            keyOf(issuerKey).x,
            keyOf(issuerKey).y
        );
    }

    function registryConfig() internal view returns (RegistryConfig memory config) {
        config.verifier = address(verifier);
        config.isSimulated = true;
        config.governor = GOVERNOR;
        config.guardian = GUARDIAN;
        config.activationDelay = 0;
        config.signerLifetimeMax = 30 days;
        config.acceptedStatuses = 3; // UpToDate and SWHardeningNeeded
    }

    function measurements() internal pure returns (Measurement[] memory list) {
        list = new Measurement[](1);
        list[0] = measurement(MR_ENCLAVE, 1);
    }

    function measurement(bytes32 mrEnclave, uint32 version) internal pure returns (Measurement memory) {
        return Measurement({
            tee: Tee.Sgx,
            mrEnclave: mrEnclave,
            mrSigner: MR_SIGNER,
            attributes: ATTRIBUTES,
            attributesMask: 0xffffffffffffffff1b00000000000000,
            isvProdId: 7,
            isvSvnMin: 3,
            version: version
        });
    }

    function keyOf(uint256 privateKey) internal pure returns (P256Key memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return P256Key(bytes32(x), bytes32(y));
    }

    /// A quote whose report data names `who`, this registry, chain and the recent block.
    function quoteFor(address who) internal view returns (QuoteSpec memory spec) {
        spec = quoteSpec();
        spec.enclave.reportData = reportData(block.chainid, address(registry), who, BLOCK_HASH, CONFIG_HASH);
    }

    function reportData(
        uint256 chainId,
        address registryAddress,
        address who,
        bytes32 blockHash,
        bytes32 configHash
    ) internal pure returns (bytes32) {
        return sha256(
            abi.encodePacked(
                bytes32("sealbook.enclave.v1"),
                uint64(chainId),
                registryAddress,
                who,
                ENCRYPTION_KEY,
                blockHash,
                configHash
            )
        );
    }

    function registrationOf(address who, bytes memory quote) internal pure returns (Registration memory) {
        return Registration({
            quote: quote,
            pckKey: keyOf(PCK_KEY),
            signer: who,
            encryptionKey: ENCRYPTION_KEY,
            blockNumber: BLOCK_NUMBER,
            configHash: CONFIG_HASH
        });
    }

    function registerSigner(address who) internal {
        registry.register(registrationOf(who, build(quoteFor(who))));
    }

    /// What `head()` returns, by name.
    struct Head {
        uint64 epoch;
        uint64 batchNumber;
        uint64 lastSequence;
        bytes32 stateRoot;
        uint64 inboxCursor;
        uint64 oracleRound;
        address signer;
    }

    function head() internal view returns (Head memory present) {
        (
            present.epoch,
            present.batchNumber,
            present.lastSequence,
            present.stateRoot,
            present.inboxCursor,
            present.oracleRound,
            present.signer
        ) = settlement.head();
    }

    /// The opening that fits where the chain stands.
    function nextEpoch() internal view returns (OpenEpoch memory) {
        Head memory present = head();
        return OpenEpoch({
            epoch: present.epoch + 1,
            previousEpoch: present.epoch,
            batchNumber: present.batchNumber,
            lastSequence: present.lastSequence,
            stateRoot: present.stateRoot
        });
    }

    /// Registers the signer and opens the first epoch.
    function openFirstEpoch() internal {
        registerSigner(signer);
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, SIGNER_KEY));
    }

    /// A header that follows the last batch, consuming the whole inbox.
    function nextBatch() internal view returns (BatchHeader memory) {
        Head memory present = head();
        return BatchHeader({
            epoch: present.epoch,
            number: present.batchNumber + 1,
            firstSequence: present.lastSequence + 1,
            lastSequence: present.lastSequence + 10,
            chainHash: keccak256("journal"),
            stateRootBefore: present.stateRoot,
            stateRootAfter: keccak256(abi.encode(present.stateRoot)),
            inboxCursor: inbox.length(),
            inboxHash: inbox.hashAt(inbox.length()),
            withdrawalsRoot: 0,
            withdrawalsTotal: 0,
            dataHash: keccak256(DATA),
            blobsHash: keccak256("blobs"),
            oracleRound: present.oracleRound,
            closedAt: uint64(block.timestamp)
        });
    }

    function acceptNext() internal {
        BatchHeader memory header = nextBatch();
        accept(header, SIGNER_KEY);
    }

    function accept(BatchHeader memory header, uint256 key) internal {
        settlement.acceptBatch(header, signBatch(header, key), DATA);
    }

    function signBatch(BatchHeader memory header, uint256 key) internal view returns (bytes memory) {
        return signTyped(
            keccak256(abi.encode(BatchHeaderLib.TYPEHASH, header)), block.chainid, address(settlement), key
        );
    }

    function signOpening(OpenEpoch memory opening, uint256 key) internal view returns (bytes memory) {
        return signTyped(
            keccak256(abi.encode(OpenEpochLib.TYPEHASH, opening)), block.chainid, address(settlement), key
        );
    }

    /// EIP-712, spelled out here so that the contract's own domain is checked and not repeated.
    function signTyped(bytes32 structHash, uint256 chainId, address verifyingContract, uint256 key)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("sealbook"),
                keccak256("1"),
                chainId,
                verifyingContract
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    /// Mints, approves and deposits.
    function depositAs(address who, uint256 amount) internal returns (uint64 index) {
        token.mint(who, amount);
        vm.startPrank(who);
        token.approve(address(vault), amount);
        index = inbox.deposit(0, amount);
        vm.stopPrank();
    }

    function withdrawalLeaf(uint256 index, address owner, uint256 amount) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(index, owner, amount))));
    }
}
