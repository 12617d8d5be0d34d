// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {Terms} from "../types/Terms.sol";
import {Limits} from "./Limits.sol";

/// @title Rules of terms
/// @notice Which terms can be opened, and their hash.
library TermsRules {
    /// @dev EIP-712 type hash of Terms.
    bytes32 internal constant TYPE_HASH = keccak256(
        "Terms(address consumer,address provider,uint64 capacity,uint96 pricePerMB,uint32 tolerance,uint8 kind,bytes32 salt)"
    );

    /// @notice The hashStruct of `terms`.
    function structHash(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE_HASH, terms));
    }

    /// @notice Reverts unless a channel may have these terms.
    /// @return capacityKB The capacity in KB.
    function validate(Terms calldata terms) internal pure returns (uint48 capacityKB) {
        if (terms.provider == address(0)) revert IPaymentChannels.ZeroProvider();
        if (terms.provider == terms.consumer) revert IPaymentChannels.SelfChannel(terms.provider);
        if (terms.pricePerMB == 0) revert IPaymentChannels.ZeroPrice();
        if (terms.tolerance > Limits.TOLERANCE_SCALE) {
            revert IPaymentChannels.ToleranceTooHigh(terms.tolerance, Limits.TOLERANCE_SCALE);
        }
        if (terms.kind != Limits.KIND_DIRECT && terms.kind != Limits.KIND_LOCK) {
            revert IPaymentChannels.UnknownKind(terms.kind);
        }
        return toCapacityKB(terms.capacity);
    }

    /// @notice A capacity of `capacity` bytes in KB; reverts unless it is positive, whole and small enough.
    function toCapacityKB(uint256 capacity) internal pure returns (uint48) {
        if (capacity == 0 || capacity % Limits.BYTES_PER_KB != 0) revert IPaymentChannels.CapacityNotWholeKB(capacity);
        uint256 capacityKB = capacity / Limits.BYTES_PER_KB;
        // Checked before the cast, which would otherwise truncate a huge capacity to a small one.
        if (capacityKB > Limits.MAX_CAPACITY_KB) {
            revert IPaymentChannels.CapacityTooLarge(capacity, Limits.MAX_CAPACITY_KB * Limits.BYTES_PER_KB);
        }
        return uint48(capacityKB);
    }
}
