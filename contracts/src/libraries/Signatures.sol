// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {Signature} from "../types/Signature.sol";
import {Refusal} from "./Refusal.sol";

/// @title Signature checks
/// @notice Low s only and v 27 or 28: every signature has one form, and off-chain code can demand the same.
library Signatures {
    /// @notice Who signed `digest`; zero when the signature is malformed.
    function recover(bytes32 digest, Signature calldata signature) internal pure returns (address signer) {
        (signer,,) = ECDSA.tryRecover(digest, signature.v, signature.r, signature.s);
    }

    /// @notice Why a signature that recovers `recovered` is not that of `expected`.
    function refusal(address recovered, Signature calldata signature, address expected)
        internal
        pure
        returns (bytes memory)
    {
        if (recovered == address(0)) return malformed(signature);
        return abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, recovered, expected);
    }

    /// @notice The error of a malformed signature.
    function malformed(Signature calldata signature) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPaymentChannels.MalformedSignature.selector, signature.v, signature.r, signature.s
        );
    }

    /// @notice Reverts unless `signer` signed `digest`.
    /// @dev A malformed signature recovers zero: it must not pass for that of the zero address in unopened terms.
    function requireSigner(bytes32 digest, Signature calldata signature, address signer) internal pure {
        address recovered = recover(digest, signature);
        if (recovered != signer || recovered == address(0)) Refusal.raise(refusal(recovered, signature, signer));
    }

    /// @notice Reverts unless `party`, one of a channel that was opened, signed `digest`.
    /// @dev Terms with a zero party cannot be opened, which saves a close the question.
    function requireParty(bytes32 digest, Signature calldata signature, address party) internal pure {
        address recovered = recover(digest, signature);
        if (recovered != party) Refusal.raise(refusal(recovered, signature, party));
    }
}
