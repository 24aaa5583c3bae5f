// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates} from "../../src/interfaces/ICertificates.sol";
import {IEndorsements, TcbSignature} from "../../src/interfaces/IEndorsements.sol";
import {JsonText} from "../../src/libraries/JsonText.sol";
import {EndorsementHead, Tee} from "../../src/types/EndorsementTypes.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {Venue} from "../builders/Venue.sol";

/// What a quoting enclave must be, as its vendor says: one test per refusal.
contract UpsertQeIdentityTest is Venue {
    /// `text` with the first `from` replaced by `to`.
    function replaced(bytes memory text, bytes memory from, bytes memory to)
        internal
        pure
        returns (bytes memory changed)
    {
        for (uint256 i = 0; i + from.length <= text.length; i++) {
            if (keccak256(slice(text, i, i + from.length)) != keccak256(from)) continue;
            return bytes.concat(slice(text, 0, i), to, slice(text, i + from.length, text.length));
        }
        revert("nothing to replace");
    }

    function slice(bytes memory text, uint256 start, uint256 end) internal pure returns (bytes memory part) {
        part = new bytes(end - start);
        for (uint256 i = 0; i < part.length; i++) {
            part[i] = text[start + i];
        }
    }

    /// A day after the venue's own, so that only the change decides.
    function newer() internal pure returns (bytes memory) {
        return replaced(qeIdentityText(false), "2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z");
    }

    function expectRefusal(bytes memory text, bytes4 selector) internal {
        TcbSignature memory signature = tcbSignature(text);
        vm.expectPartialRevert(selector);
        endorsements.upsertQeIdentity(text, signature);
    }

    function test_AcceptsANewerOneFromAnybody() public {
        bytes memory text = newer();
        TcbSignature memory signature = tcbSignature(text);
        vm.prank(BOB);
        endorsements.upsertQeIdentity(text, signature);
        (EndorsementHead memory head,,) = endorsements.qeIdentityOf(Tee.Sgx);
        vm.assertEq(head.issueDate, 1_788_307_200);
    }

    function test_RefusesTheSameAndALowerEvaluationNumber() public {
        expectRefusal(qeIdentityText(false), IEndorsements.QeIdentityNotNewer.selector);
        bytes memory lower = replaced(newer(), 'Number":17', 'Number":16');
        expectRefusal(lower, IEndorsements.QeIdentityNotNewer.selector);
    }

    function test_RefusesAHigherNumberWithAnOlderDate() public {
        bytes memory text = replaced(qeIdentityText(false), "2026-09-01T00:00:00Z", "2026-08-31T00:00:00Z");
        expectRefusal(replaced(text, 'Number":17', 'Number":18'), IEndorsements.QeIdentityNotNewer.selector);
    }

    function test_RefusesAnotherSigner() public {
        bytes memory text = newer();
        TcbSignature memory signature = tcbSignature(text);
        signature.signer = keyOf(CA_KEY);
        vm.expectPartialRevert(ICertificates.UnknownTcbSigner.selector);
        endorsements.upsertQeIdentity(text, signature);
    }

    function test_RefusesWhatIsNotCurrent() public {
        bytes memory late = replaced(newer(), "2049-12-31T23:59:59Z", "2026-09-02T00:00:01Z");
        expectRefusal(late, IEndorsements.QeIdentityNotCurrent.selector);
        bytes memory early = replaced(qeIdentityText(false), "2026-09-01T00:00:00Z", "2049-12-31T23:59:59Z");
        expectRefusal(early, IEndorsements.QeIdentityNotCurrent.selector);
    }

    /// QVL `parseStringToTcbStatus`: software hardening is no enclave's own matter. Whoever meets such a level is refused.
    function test_RatingsNoEnclaveHasRateNobody() public {
        bytes memory text = replaced(newer(), '"UpToDate"', '"SWHardeningNeeded"');
        endorsements.upsertQeIdentity(text, tcbSignature(text));
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        vm.expectRevert(IEndorsements.TcbUnsupported.selector);
        registry.register(registration);
    }

    function test_RefusesAnotherLayoutAndTextBehind() public {
        expectRefusal(replaced(newer(), '"version":2', '"version": 2'), JsonText.UnexpectedText.selector);
        expectRefusal(replaced(newer(), '"version":2', '"version":3'), JsonText.UnexpectedText.selector);
        expectRefusal(bytes.concat(newer(), "}"), JsonText.UnexpectedText.selector);
        expectRefusal(replaced(newer(), '"isvprodid":1', '"isvprodid":65536'), JsonText.BadNumber.selector);
    }
}
