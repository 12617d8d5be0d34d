// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {IProxyRegistry} from "../../src/interfaces/IProxyRegistry.sol";
import {Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {Terms} from "../../src/types/Terms.sol";
import {Calls} from "../base/Calls.sol";
import {VM} from "../base/Vm.sol";
import {ReentrantToken} from "../mocks/HostileTokens.sol";

/// @notice Rules that hold for every call alike, tried on every call.
contract EveryCallTest is Calls {
    uint256 private constant _CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_EveryCall_InAStatusThatItDoesNotServe_IsRefused() public {
        for (uint256 s = 0; s <= uint256(type(Status).max); ++s) {
            Terms memory terms = inStatus(Status(s));
            for (uint256 c = 0; c < CALLS; ++c) {
                Call call = Call(c);
                if (allowed(call, Status(s))) continue;
                assertRefused(
                    callerOf(call),
                    terms,
                    dataOf(call, terms),
                    abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), s, named(call))
                );
            }
        }
    }

    /// @dev The other half of the table: what the refusals above were not for.
    function test_EveryCall_InAStatusThatItServes_Succeeds() public {
        for (uint256 s = 0; s <= uint256(type(Status).max); ++s) {
            for (uint256 c = 0; c < CALLS; ++c) {
                Call call = Call(c);
                if (!allowed(call, Status(s))) continue;
                uint256 snapshot = VM.snapshotState();
                Terms memory terms = inStatus(Status(s));
                bytes memory data = dataOf(call, terms);
                if (call == Call.Settle || call == Call.WithdrawUnconfirmed) VM.warp(block.timestamp + 1 days);
                VM.prank(callerOf(call));
                (bool success,) = address(channels).call(data);
                assertTrue(success, string.concat("call ", VM.toString(c), " in status ", VM.toString(s)));
                VM.revertToState(snapshot);
            }
        }
    }

    function test_EveryCall_WithAMalformedSignature_IsRefused() public {
        for (uint256 c = 0; c < CALLS; ++c) {
            for (uint256 s = 0; s < 2; ++s) {
                if (!isSigned(Call(c), Signer(s))) continue;
                Terms memory terms = Call(c) == Call.Challenge ? closing(MB, MB) : active();
                Signature memory good = goodSignature(Call(c), terms, Signer(s));
                uint8 otherV = good.v == 27 ? 28 : 27;
                // The same signature in its other form, which ecrecover alone would accept.
                refuseMalformed(Call(c), terms, Signer(s), Signature(good.r, negated(good.s), otherV));
                refuseMalformed(Call(c), terms, Signer(s), Signature(good.r, good.s, good.v - 27));
                refuseMalformed(Call(c), terms, Signer(s), Signature(good.r, good.s, 29));
                refuseMalformed(Call(c), terms, Signer(s), Signature(0, good.s, good.v));
                refuseMalformed(Call(c), terms, Signer(s), Signature(good.r, 0, good.v));
                endIfHeld(terms);
            }
        }
    }

    function test_EveryCall_WithASignatureOfAnotherChannel_IsRefused() public {
        for (uint256 c = 0; c < CALLS; ++c) {
            for (uint256 s = 0; s < 2; ++s) {
                Call call = Call(c);
                if (!isSigned(call, Signer(s))) continue;
                Terms memory terms = call == Call.Challenge ? closing(MB, MB) : active();
                Signature memory foreign = goodSignature(call, someTerms(), Signer(s));
                address recovered = ecrecover(digestOf(call, terms), foreign.v, foreign.r, foreign.s);
                assertRefused(
                    callerOf(call),
                    terms,
                    dataWith(call, terms, Signer(s), foreign),
                    call == Call.Challenge || call == Call.StartCloseFor
                        ? abi.encodeWithSelector(
                            IPaymentChannels.NotParty.selector, recovered, consumer, provider
                        )
                        : abi.encodeWithSelector(
                            IPaymentChannels.WrongSigner.selector,
                            recovered,
                            Signer(s) == Signer.Consumer ? consumer : provider
                        )
                );
                endIfHeld(terms);
            }
        }
    }

    /// @dev A malformed signature recovers the zero address: terms that name it must not be signed by that.
    function test_EveryCall_WithTheZeroAddressAsSigner_IsRefused() public {
        Signature memory malformed = Signature(bytes32(uint256(1)), bytes32(uint256(2)), 99);
        bytes memory expected = abi.encodeWithSelector(
            IPaymentChannels.MalformedSignature.selector, malformed.v, malformed.r, malformed.s
        );
        for (uint256 c = 0; c < CALLS; ++c) {
            Call call = Call(c);
            for (uint256 s = 0; s < 2; ++s) {
                if (!isSigned(call, Signer(s))) continue;
                Terms memory terms = someTerms();
                if (Signer(s) == Signer.Consumer) terms.consumer = address(0);
                else terms.provider = address(0);
                bool ordered = call == Call.OpenFor || call == Call.TopUpFor || call == Call.ConfirmFor
                    || call == Call.DeclineFor || call == Call.OpenAccepted || call == Call.StartCloseFor;
                if (ordered) {
                    assertRefused(callerOf(call), terms, dataWith(call, terms, Signer(s), malformed), expected);
                } else if (call != Call.StartClose || Signer(s) == Signer.Provider) {
                    // Units and closures are looked at only on channels that exist, which none of these can.
                    assertRefused(
                        callerOf(call),
                        terms,
                        dataWith(call, terms, Signer(s), malformed),
                        abi.encodeWithSelector(
                            IPaymentChannels.WrongStatus.selector, idOf(terms), Status.None, named(call)
                        )
                    );
                }
            }
        }
    }

    /// @dev Terms are hashed as they lie in calldata: bits beyond a field's type must lead nowhere.
    function test_EveryCall_WithBitsBeyondAFieldsType_IsRefused() public {
        for (uint256 c = 0; c < CALLS; ++c) {
            Call call = Call(c);
            Terms memory terms = inStatus(named(call));
            for (uint256 field = 0; field < 6; ++field) {
                bytes memory data = dataOf(call, terms);
                data[4 + field * 32] = 0x01;
                refuseInAnyWay(callerOf(call), terms, data);
            }
            endIfHeld(terms);
        }
    }

    function test_Claim_WithBitsBeyondAUnitsTypes_IsRefused() public {
        Terms memory terms = active();
        // index, bytesUsed, timestamp and v, behind seven words of terms.
        uint8[4] memory words = [7, 8, 9, 13];
        for (uint256 i = 0; i < words.length; ++i) {
            bytes memory data = dataOf(Call.Claim, terms);
            data[4 + uint256(words[i]) * 32] = 0x01;
            assertRefused(stranger, terms, data, "");
        }
    }

    function test_EveryCall_FromWithinATransfer_IsRefused() public {
        ReentrantToken hostile = useHostileToken();
        Terms memory terms = active();
        Terms memory other = active();
        for (uint256 c = 0; c < CALLS + 5; ++c) {
            hostile.setCallback(address(channels), c < CALLS ? dataOf(Call(c), other) : batchOrRegistry(c - CALLS));
            channels.claim(terms, byConsumer(terms, uint64(c + 1) * MB));
            assertReentryRefused(hostile);
        }
        assertEq(hostile.balanceOf(provider), (CALLS + 5) * 0.001 ether, "paid for terms alone");
        assertStatus(other, Status.Active);
    }

    function test_EveryTransfer_IsGuarded() public {
        ReentrantToken hostile = useHostileToken();
        for (uint256 s = 0; s <= uint256(type(Status).max); ++s) {
            for (uint256 c = 0; c < CALLS; ++c) {
                Call call = Call(c);
                bool moves = call != Call.Confirm && call != Call.ConfirmFor && call != Call.StartClose
                    && call != Call.StartCloseFor && call != Call.Challenge;
                if (!moves || !allowed(call, Status(s))) continue;
                uint256 snapshot = VM.snapshotState();
                Terms memory victim = active();
                Terms memory terms = inStatus(Status(s));
                bytes memory data = dataOf(call, terms);
                if (call == Call.Settle || call == Call.WithdrawUnconfirmed) VM.warp(block.timestamp + 1 days);
                hostile.setCallback(address(channels), dataOf(Call.Claim, victim));
                VM.prank(callerOf(call));
                (bool success,) = address(channels).call(data);
                assertTrue(success, "the outer call goes through");
                assertReentryRefused(hostile);
                assertChannel(victim, Status.Active, 100 * MB, 0, 0, 0, 0);
                VM.revertToState(snapshot);
            }
        }
    }

    // -------------------------------------------------------------------------------------------- helpers

    /// @dev A fresh channel in that status; for Closing without any unit, so that every unit raises something.
    function inStatus(Status status) private returns (Terms memory terms) {
        terms = someTerms();
        if (status == Status.None) return terms;
        open(terms);
        if (status == Status.Opened) return terms;
        if (status == Status.Expired) {
            VM.warp(block.timestamp + CONFIRM_TIMEOUT);
            channels.withdrawUnconfirmed(terms);
            return terms;
        }
        VM.prank(provider);
        if (status == Status.Declined) {
            channels.decline(terms);
            return terms;
        }
        channels.confirm(terms);
        if (status == Status.Closing) startClose(terms, 0, 0);
        if (status == Status.Settled) cooperativeClose(terms, MB);
    }

    /// @dev Frees the provider's slot, so that long tables do not run out of them.
    function endIfHeld(Terms memory terms) private {
        Status status = channels.getChannel(idOf(terms)).status;
        if (status == Status.Active || status == Status.Closing) cooperativeClose(terms, MB);
    }

    function refuseMalformed(Call call, Terms memory terms, Signer signer, Signature memory signature) private {
        assertRefused(
            callerOf(call),
            terms,
            dataWith(call, terms, signer, signature),
            abi.encodeWithSelector(
                IPaymentChannels.MalformedSignature.selector, signature.v, signature.r, signature.s
            )
        );
    }

    /// @dev Which check notices first depends on the call; what matters is that nothing moves.
    function refuseInAnyWay(address caller, Terms memory terms, bytes memory data) private {
        bytes memory before = _world(terms);
        VM.prank(caller);
        (bool success,) = address(channels).call(data);
        assertTrue(!success, "the call must be refused");
        assertEq(_world(terms), before, "a refused call changed something");
    }

    function negated(bytes32 s) private pure returns (bytes32) {
        return bytes32(_CURVE_ORDER - uint256(s));
    }

    function batchOrRegistry(uint256 which) private pure returns (bytes memory) {
        if (which == 0) return abi.encodeCall(IPaymentChannels.claimMany, (new IPaymentChannels.Claim[](0)));
        if (which == 1) return abi.encodeCall(IPaymentChannels.settleMany, (new Terms[](0)));
        if (which == 2) return abi.encodeCall(IProxyRegistry.registerProxy, ());
        if (which == 3) return abi.encodeCall(IProxyRegistry.startLeaving, ());
        return abi.encodeCall(IProxyRegistry.finishLeaving, ());
    }

    function useHostileToken() private returns (ReentrantToken hostile) {
        hostile = new ReentrantToken(FUNDS);
        IERC20 token_ = IERC20(address(hostile));
        channels = deployChannels(token_, CONFIRM_TIMEOUT, CHALLENGE_PERIOD, 0, LEAVING_DELAY);
        separator = separatorOf("Tachyon", address(channels));
        hostile.transfer(consumer, 100 ether);
        VM.prank(consumer);
        hostile.approve(address(channels), type(uint256).max);
    }

    function assertReentryRefused(ReentrantToken hostile) private view {
        assertEq(
            hostile.refusal(),
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "refusal"
        );
    }
}
