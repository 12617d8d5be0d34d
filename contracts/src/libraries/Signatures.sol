// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {Signature} from "../types/Signature.sol";
import {Refusal} from "./Refusal.sol";

/// @title Signature checks
/// @notice Low s only and v 27 or 28: every signature has one form, and off-chain code can demand the same.
library Signatures {
    /// @notice Who signed `digest`, or why the signature is not one.
    function recover(bytes32 digest, Signature calldata signature)
        internal
        pure
        returns (address signer, bytes memory refusal)
    {
        ECDSA.RecoverError fault;
        (signer, fault,) = ECDSA.tryRecover(digest, signature.v, signature.r, signature.s);
        if (fault != ECDSA.RecoverError.NoError) {
            refusal = abi.encodeWithSelector(
                IPaymentChannels.MalformedSignature.selector, signature.v, signature.r, signature.s
            );
        }
    }

    /// @notice Reverts unless `signer` signed `digest`.
    function requireSigner(bytes32 digest, Signature calldata signature, address signer) internal pure {
        (address recovered, bytes memory refusal) = recover(digest, signature);
        Refusal.raise(refusal);
        if (recovered != signer) revert IPaymentChannels.WrongSigner(recovered, signer);
    }
}
