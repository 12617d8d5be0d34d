// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "./ChannelTest.sol";

/// @notice Every call on one channel, complete with its caller, its signatures and the statuses in which it works, so
/// that a rule can be tried on all of them.
abstract contract Calls is ChannelTest {
    enum Call {
        Open,
        OpenFor,
        OpenAccepted,
        Confirm,
        ConfirmFor,
        Decline,
        DeclineFor,
        WithdrawUnconfirmed,
        TopUp,
        TopUpFor,
        Claim,
        CooperativeClose,
        StartClose,
        StartCloseFor,
        Challenge,
        Settle
    }

    uint256 internal constant CALLS = uint256(type(Call).max) + 1;
    uint64 internal constant SHOWN = 40 * MB;
    uint64 internal constant RAISED = 200 * MB;

    /// @dev Which signature of a call is meant; only closes carry two.
    enum Signer {
        Consumer,
        Provider
    }

    function allowed(Call call, Status status) internal pure returns (bool) {
        if (call <= Call.OpenAccepted) return status == Status.None;
        if (call <= Call.WithdrawUnconfirmed) return status == Status.Opened;
        if (call <= Call.TopUpFor) return status == Status.Opened || status == Status.Active;
        if (call == Call.CooperativeClose) return status == Status.Active || status == Status.Closing;
        return status == named(call);
    }

    /// @dev The status that `WrongStatus` of this call names as expected.
    function named(Call call) internal pure returns (Status) {
        if (call <= Call.OpenAccepted) return Status.None;
        if (call <= Call.WithdrawUnconfirmed) return Status.Opened;
        return call >= Call.Challenge ? Status.Closing : Status.Active;
    }

    function callerOf(Call call) internal view returns (address) {
        bool consumers =
            call == Call.Open || call == Call.OpenAccepted || call == Call.TopUp || call == Call.StartClose;
        if (consumers) return consumer;
        return call == Call.Confirm || call == Call.Decline ? provider : stranger;
    }

    /// @dev Whether the call carries a signature of that party.
    function isSigned(Call call, Signer signer) internal pure returns (bool) {
        if (call == Call.CooperativeClose || call == Call.StartClose) return true;
        if (signer == Signer.Provider) {
            return call == Call.OpenAccepted || call == Call.ConfirmFor || call == Call.DeclineFor;
        }
        return call == Call.OpenFor || call == Call.TopUpFor || call == Call.Claim || call == Call.StartCloseFor
            || call == Call.Challenge;
    }

    function timeOf(Call call) internal view returns (uint64) {
        return call == Call.OpenAccepted ? uint64(block.timestamp) : soon();
    }

    function digestOf(Call call, Terms memory terms) internal view returns (bytes32) {
        bytes32 id = idOf(terms);
        uint64 time = timeOf(call);
        if (call == Call.OpenFor) return orderDigest(separator, "Open", id, time);
        if (call == Call.OpenAccepted) return orderDigest(separator, "Acceptance", id, time);
        if (call == Call.ConfirmFor) return orderDigest(separator, "Confirm", id, time);
        if (call == Call.DeclineFor) return orderDigest(separator, "Decline", id, time);
        if (call == Call.StartCloseFor) return orderDigest(separator, "Close", id, time);
        if (call == Call.TopUpFor) return topUpDigest(separator, id, RAISED, time);
        if (call == Call.CooperativeClose) return closureDigest(separator, id, SHOWN, time);
        return unitDigest(separator, terms, unitWith(Signature(0, 0, 0)));
    }

    function goodSignature(Call call, Terms memory terms, Signer signer) internal view returns (Signature memory) {
        return signed(signer == Signer.Consumer ? consumerKey : providerKey, digestOf(call, terms));
    }

    /// @dev The call with every signature right.
    function dataOf(Call call, Terms memory terms) internal view returns (bytes memory) {
        Signer signer = isSigned(call, Signer.Consumer) ? Signer.Consumer : Signer.Provider;
        return dataWith(call, terms, signer, goodSignature(call, terms, signer));
    }

    /// @dev The call with `given` for the signature of `signer`.
    function dataWith(Call call, Terms memory terms, Signer signer, Signature memory given)
        internal
        view
        returns (bytes memory)
    {
        uint64 time = timeOf(call);
        if (call == Call.Open) return abi.encodeCall(IPaymentChannels.open, (terms));
        if (call == Call.OpenFor) return abi.encodeCall(IPaymentChannels.openFor, (terms, time, given));
        if (call == Call.OpenAccepted) return abi.encodeCall(IPaymentChannels.openAccepted, (terms, time, given));
        if (call == Call.Confirm) return abi.encodeCall(IPaymentChannels.confirm, (terms));
        if (call == Call.ConfirmFor) return abi.encodeCall(IPaymentChannels.confirmFor, (terms, time, given));
        if (call == Call.Decline) return abi.encodeCall(IPaymentChannels.decline, (terms));
        if (call == Call.DeclineFor) return abi.encodeCall(IPaymentChannels.declineFor, (terms, time, given));
        if (call == Call.WithdrawUnconfirmed) return abi.encodeCall(IPaymentChannels.withdrawUnconfirmed, (terms));
        if (call == Call.TopUp) return abi.encodeCall(IPaymentChannels.topUp, (terms, RAISED));
        if (call == Call.TopUpFor) return abi.encodeCall(IPaymentChannels.topUpFor, (terms, RAISED, time, given));
        if (call == Call.Claim) return abi.encodeCall(IPaymentChannels.claim, (terms, unitWith(given)));
        if (call == Call.Challenge) return abi.encodeCall(IPaymentChannels.challenge, (terms, unitWith(given)));
        if (call == Call.Settle) return abi.encodeCall(IPaymentChannels.settle, (terms));
        if (call == Call.StartCloseFor) {
            return abi.encodeCall(IPaymentChannels.startCloseFor, (terms, noUnit(), noUnit(), time, given));
        }
        Signer otherSigner = signer == Signer.Consumer ? Signer.Provider : Signer.Consumer;
        Signature memory other = goodSignature(call, terms, otherSigner);
        (Signature memory a, Signature memory b) = signer == Signer.Consumer ? (given, other) : (other, given);
        if (call == Call.StartClose) {
            return abi.encodeCall(IPaymentChannels.startClose, (terms, unitWith(a), unitWith(b)));
        }
        return abi.encodeCall(IPaymentChannels.cooperativeClose, (terms, SHOWN, time, a, b));
    }

    function unitWith(Signature memory signature) internal pure returns (SignedUnit memory) {
        return SignedUnit(1, SHOWN, 1_790_000_000_000, 0, signature);
    }
}
