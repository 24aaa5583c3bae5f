// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Kinds of operation, as the circuit numbers them.
enum ProvenKind {
    Noop,
    Deposit,
    InsuranceDeposit,
    ForcedWithdraw,
    Skip,
    RegisterKey,
    Withdraw,
    Trade,
    Liquidate
}

/// Reads the words of a proven batch (docs/proof.md). The circuit gave every part its width, so shifts and masks say all there is.
library ValidityWords {
    using ValidityWords for uint256[];

    /// Modulus of the circuit's field.
    uint256 internal constant MODULUS = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Words before the instruments'.
    uint256 internal constant HEADER = 5;

    error WordBeyondField(uint256 index);

    /// `P(c)` at the point `c = keccak256(digest ‖ words) mod p`: c is fixed after every word, so words that differ from the circuit's
    /// agree with its P(c) with probability of about `words.length / p`.
    function fingerprint(bytes32 digest, uint256[] calldata words)
        internal
        pure
        returns (uint256 p, uint256 c)
    {
        c = uint256(keccak256(abi.encodePacked(digest, words))) % MODULUS;
        for (uint256 i = words.length; i != 0;) {
            unchecked {
                i--;
            }
            uint256 word = words.wordAt(i);
            require(word < MODULUS, WordBeyondField(i));
            // Below twice the modulus, which has 254 bits: nothing to reduce before the product.
            unchecked {
                p = mulmod(p + word, c, MODULUS);
            }
        }
    }

    /// A word at a place below `words.length`, which the caller has made sure of: the language's own check costs more than all else here.
    function wordAt(uint256[] calldata words, uint256 place) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(words.offset, shl(5, place)))
        }
    }

    function time(uint256[] calldata words) internal pure returns (uint64) {
        return uint64(words[1]);
    }

    function round(uint256[] calldata words) internal pure returns (uint256) {
        return words[1] >> 64;
    }

    function kind(uint256 word) internal pure returns (ProvenKind) {
        return ProvenKind(word & 0xf);
    }

    /// Owner and subaccount of an operation that names one.
    function identity(uint256 word) internal pure returns (address owner, uint8 subaccount) {
        return (address(uint160(word >> 28)), uint8(word >> 188));
    }

    /// Deposited or paid, 1e-6 of the token.
    function amount(uint256 word) internal pure returns (uint64) {
        return uint64(word >> 196) & 0xffffffffffffff;
    }

    /// A deposit opens its account; a key registration is of y.
    function flag(uint256 word) internal pure returns (bool) {
        return word >> 252 & 1 == 1;
    }

    /// What a forced withdrawal asked for.
    function asked(uint256 second) internal pure returns (uint64) {
        return uint64(second);
    }
}
