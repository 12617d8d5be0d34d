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
    /// @dev Every call needs it, and copying all seven words at once saves it 500 gas over abi.encode. What is lost is
    /// the check that no field has bits beyond its type. Such terms cannot be opened, since the event reads every
    /// field and Solidity checks each on reading; and an id that was never opened leads nowhere.
    function structHash(Terms calldata terms) internal pure returns (bytes32 hash) {
        bytes32 typeHash = TYPE_HASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), terms, 0xe0)
            hash := keccak256(free, 0x100)
        }
    }

    /// @notice Reverts unless a channel may have these terms.
    /// @return capacityKB The capacity in KB.
    function validate(Terms calldata terms) internal pure returns (uint256 capacityKB) {
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
    function toCapacityKB(uint256 capacity) internal pure returns (uint256 capacityKB) {
        if (capacity == 0 || capacity % Limits.BYTES_PER_KB != 0) revert IPaymentChannels.CapacityNotWholeKB(capacity);
        capacityKB = capacity / Limits.BYTES_PER_KB;
        // Or a huge capacity would be cut to a small one in its 48 bits of the channel's word.
        if (capacityKB > Limits.MAX_CAPACITY_KB) {
            revert IPaymentChannels.CapacityTooLarge(capacity, Limits.MAX_CAPACITY_KB * Limits.BYTES_PER_KB);
        }
    }
}
