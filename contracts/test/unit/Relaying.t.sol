// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice The calls that anyone makes with a party's signature, and permits.
contract RelayingTest is ChannelTest {
    uint256 private constant _CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function test_Relayed_AWholeLife() public {
        Terms memory terms = someTerms();
        VM.prank(stranger);
        channels.openFor(terms, soon(), order("Open", terms, consumerKey, soon()));
        assertStatus(terms, Status.Opened);
        assertEq(token.balanceOf(consumer), FUNDS - 0.1 ether, "the consumer pays, not the relayer");

        channels.confirmFor(terms, soon(), order("Confirm", terms, providerKey, soon()));
        assertStatus(terms, Status.Active);

        bytes32 id = idOf(terms);
        channels.topUpFor(
            terms, 150 * MB, soon(), signTopUp(separator, id, consumerKey, 150 * MB, soon())
        );
        assertEq(token.balanceOf(consumer), FUNDS - 0.15 ether, "the consumer pays the top-up");

        channels.startCloseFor(
            terms, byConsumer(terms, MB), noUnit(), soon(), order("Close", terms, providerKey, soon())
        );
        assertStatus(terms, Status.Closing);
    }

    function test_Relayed_DeclineAndCloseByTheConsumer() public {
        Terms memory declined = someTerms();
        open(declined);
        channels.declineFor(declined, soon(), order("Decline", declined, providerKey, soon()));
        assertStatus(declined, Status.Declined);

        Terms memory terms = active();
        channels.startCloseFor(terms, noUnit(), noUnit(), soon(), order("Close", terms, consumerKey, soon()));
        assertStatus(terms, Status.Closing);
    }

    function test_Relayed_ValidUntilNow_IsAccepted() public {
        Terms memory terms = someTerms();
        uint64 now_ = uint64(block.timestamp);
        channels.openFor(terms, now_, order("Open", terms, consumerKey, now_));
        assertStatus(terms, Status.Opened);
    }

    function test_Relayed_ExpiredOrTooFarAhead_IsRefused() public {
        uint64[2] memory times = [uint64(block.timestamp - 1), uint64(block.timestamp + 1 days + 1)];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory expected = i == 0
                ? abi.encodeWithSelector(IPaymentChannels.SignatureExpired.selector, times[0], block.timestamp)
                : abi.encodeWithSelector(IPaymentChannels.ValidityTooLong.selector, times[1], times[1] - 1);
            Terms memory terms = someTerms();
            for (uint256 call = 0; call < 5; ++call) {
                assertRefused(stranger, terms, relayed(call, terms, call % 2 == 0 ? consumerKey : providerKey, times[i]), expected);
            }
        }
    }

    function test_Relayed_SignedByAnother_IsRefused() public {
        Terms memory terms = someTerms();
        for (uint256 call = 0; call < 4; ++call) {
            address signer = call == 1 || call == 2 ? provider : consumer;
            assertRefused(
                stranger,
                terms,
                relayed(call, terms, strangerKey, soon()),
                abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, stranger, signer)
            );
        }
        assertRefused(
            stranger,
            terms,
            relayed(4, terms, strangerKey, soon()),
            abi.encodeWithSelector(IPaymentChannels.NotParty.selector, stranger, consumer, provider)
        );
    }

    function test_Relayed_HighS_IsRefused() public {
        Terms memory terms = someTerms();
        Signature memory signature = order("Open", terms, consumerKey, soon());
        // The same signature in its other form, which ecrecover alone would accept.
        signature.s = bytes32(_CURVE_ORDER - uint256(signature.s));
        signature.v = signature.v == 27 ? 28 : 27;
        refuseMalformed(terms, signature);
    }

    function test_Relayed_OddV_IsRefused() public {
        Terms memory terms = someTerms();
        Signature memory signature = order("Open", terms, consumerKey, soon());
        uint8[5] memory values = [0, 1, 26, 29, 255];
        for (uint256 i = 0; i < values.length; ++i) {
            signature.v = values[i];
            refuseMalformed(terms, signature);
        }
    }

    function test_Relayed_ZeroROrS_IsRefused() public {
        Terms memory terms = someTerms();
        Signature memory signature = order("Open", terms, consumerKey, soon());
        refuseMalformed(terms, Signature(0, signature.s, 27));
        refuseMalformed(terms, Signature(signature.r, 0, 27));
        refuseMalformed(terms, Signature(0, 0, 0));
    }

    function test_Relayed_WhatWasSignedForAnotherMessage_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        refuseConfirm(terms, soon(), order("Decline", terms, providerKey, soon()));
        // The same signer and channel, another time.
        refuseConfirm(terms, soon() + 1, order("Confirm", terms, providerKey, soon()));
    }

    function test_Permit_OpensWithoutAnAllowance() public {
        Terms memory terms = someTerms();
        VM.prank(consumer);
        token.approve(address(channels), 0);
        IPaymentChannels.Permit memory permit = somePermit(consumerKey);
        VM.prank(consumer);
        channels.openWithPermit(terms, permit);
        assertStatus(terms, Status.Opened);
        assertEq(token.allowance(consumer, address(channels)), 0, "exactly the deposit");
    }

    function test_Permit_SubmittedByAnotherFirst_StillOpens() public {
        Terms memory terms = someTerms();
        VM.prank(consumer);
        token.approve(address(channels), 0);
        IPaymentChannels.Permit memory permit = somePermit(consumerKey);
        Signature memory signature = permit.signature;
        VM.prank(stranger);
        token.permit(
            consumer, address(channels), permit.value, permit.deadline, signature.v, signature.r, signature.s
        );
        VM.prank(consumer);
        channels.openWithPermit(terms, permit);
        assertStatus(terms, Status.Opened);
    }

    function test_Permit_ThatFailsWithoutAnAllowance_IsRefused() public {
        Terms memory terms = someTerms();
        VM.prank(consumer);
        token.approve(address(channels), 0);
        assertRefused(
            consumer,
            terms,
            abi.encodeCall(IPaymentChannels.openWithPermit, (terms, somePermit(strangerKey))),
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(channels), 0, 0.1 ether
            )
        );
    }

    function test_Permit_ByAnotherThanTheConsumer_IsRefused() public {
        Terms memory terms = someTerms();
        assertRefused(
            stranger,
            terms,
            abi.encodeCall(IPaymentChannels.openWithPermit, (terms, somePermit(consumerKey))),
            abi.encodeWithSelector(IPaymentChannels.NotConsumer.selector, stranger, consumer)
        );
    }

    function somePermit(uint256 key) private view returns (IPaymentChannels.Permit memory permit) {
        permit.value = 0.1 ether;
        permit.deadline = block.timestamp;
        bytes32 digest = permitDigest(
            separatorOf("IPX Token", address(token)),
            consumer,
            address(channels),
            permit.value,
            token.nonces(consumer),
            permit.deadline
        );
        permit.signature = signed(key, digest);
    }

    /// @dev 0 openFor, 1 confirmFor, 2 declineFor, 3 topUpFor, 4 startCloseFor, with that call's own message.
    function relayed(uint256 call, Terms memory terms, uint256 key, uint64 until) private view returns (bytes memory) {
        if (call == 0) {
            return abi.encodeCall(IPaymentChannels.openFor, (terms, until, order("Open", terms, key, until)));
        } else if (call == 1) {
            return abi.encodeCall(IPaymentChannels.confirmFor, (terms, until, order("Confirm", terms, key, until)));
        } else if (call == 2) {
            return abi.encodeCall(IPaymentChannels.declineFor, (terms, until, order("Decline", terms, key, until)));
        } else if (call == 3) {
            Signature memory topUp = signTopUp(separator, idOf(terms), key, 200 * MB, until);
            return abi.encodeCall(IPaymentChannels.topUpFor, (terms, 200 * MB, until, topUp));
        }
        Signature memory close = order("Close", terms, key, until);
        return abi.encodeCall(IPaymentChannels.startCloseFor, (terms, noUnit(), noUnit(), until, close));
    }

    function refuseMalformed(Terms memory terms, Signature memory signature) private {
        assertRefused(
            stranger,
            terms,
            abi.encodeCall(IPaymentChannels.openFor, (terms, soon(), signature)),
            abi.encodeWithSelector(
                IPaymentChannels.MalformedSignature.selector, signature.v, signature.r, signature.s
            )
        );
    }

    function refuseConfirm(Terms memory terms, uint64 until, Signature memory signature) private {
        assertRefused(
            stranger,
            terms,
            abi.encodeCall(IPaymentChannels.confirmFor, (terms, until, signature)),
            wrongSigner(orderDigest(separator, "Confirm", idOf(terms), until), signature, provider)
        );
    }
}
