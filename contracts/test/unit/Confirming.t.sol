// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice confirm, decline, withdrawUnconfirmed and openAccepted.
contract ConfirmingTest is ChannelTest {
    function test_Confirm_InTime_TakesASlot() public {
        Terms memory terms = someTerms();
        open(terms);
        VM.warp(block.timestamp + CONFIRM_TIMEOUT - 1);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelConfirmed(idOf(terms));
        VM.prank(provider);
        channels.confirm(terms);
        assertChannel(terms, Status.Active, 100 * MB, 0, 0, 0, 0);
        assertEq(channels.activeChannels(provider), 1, "slots");
    }

    function test_Confirm_AtTheDeadline_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        uint256 deadline = block.timestamp + CONFIRM_TIMEOUT;
        VM.warp(deadline);
        refuseConfirm(
            provider,
            terms,
            abi.encodeWithSelector(IPaymentChannels.ConfirmTimeoutOver.selector, idOf(terms), deadline, deadline)
        );
    }

    function test_Confirm_ByAnother_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        refuseConfirm(
            consumer, terms, abi.encodeWithSelector(IPaymentChannels.NotProvider.selector, consumer, provider)
        );
    }

    function test_Confirm_UnopenedTerms_IsRefused() public {
        Terms memory terms = someTerms();
        refuseConfirm(provider, terms, wrongStatus(terms, Status.None));
    }

    function test_Confirm_Twice_IsRefused() public {
        Terms memory terms = active();
        refuseConfirm(provider, terms, wrongStatus(terms, Status.Active));
    }

    function test_Confirm_SixthChannel_IsRefusedUntilOneEnds() public {
        Terms memory first = active();
        for (uint256 i = 1; i < 5; ++i) active();
        Terms memory sixth = someTerms();
        open(sixth);
        bytes memory expected = abi.encodeWithSelector(IPaymentChannels.NoFreeSlot.selector, provider, 5);
        refuseConfirm(provider, sixth, expected);

        // A closing channel keeps its slot.
        startClose(first, MB, MB);
        refuseConfirm(provider, sixth, expected);
        cooperativeClose(first, MB);
        VM.prank(provider);
        channels.confirm(sixth);
        assertEq(channels.activeChannels(provider), 5, "slots");
    }

    function test_Confirm_DirectChannelOfAProxy_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        register(provider);
        refuseConfirm(provider, terms, abi.encodeWithSelector(IPaymentChannels.ProviderIsProxy.selector, provider));
        VM.prank(provider);
        channels.startLeaving();
        refuseConfirm(provider, terms, abi.encodeWithSelector(IPaymentChannels.ProviderIsProxy.selector, provider));
    }

    function test_Confirm_LockOfALeavingProxy_IsRefused() public {
        register(provider);
        Terms memory terms = lockTerms();
        open(terms);
        VM.prank(provider);
        channels.startLeaving();
        refuseConfirm(provider, terms, abi.encodeWithSelector(IPaymentChannels.ProviderNotProxy.selector, provider));
    }

    function test_Confirm_Locks_AreOutsideTheCap() public {
        register(provider);
        for (uint256 i = 0; i < 7; ++i) {
            Terms memory terms = lockTerms();
            activate(terms);
        }
        assertEq(channels.activeLocks(provider), 7, "locks");
        assertEq(channels.activeChannels(provider), 0, "slots");
    }

    function test_Decline_ReturnsTheDeposit() public {
        Terms memory terms = someTerms();
        open(terms);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelDeclined(idOf(terms), 0.1 ether);
        VM.prank(provider);
        channels.decline(terms);
        assertChannel(terms, Status.Declined, 100 * MB, 0, 0, 0, 0);
        assertEq(token.balanceOf(consumer), FUNDS, "consumer has all back");
    }

    function test_Decline_ByAnother_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        assertRefused(
            stranger,
            terms,
            abi.encodeCall(IPaymentChannels.decline, (terms)),
            abi.encodeWithSelector(IPaymentChannels.NotProvider.selector, stranger, provider)
        );
    }

    function test_Decline_AnActiveChannel_IsRefused() public {
        Terms memory terms = active();
        assertRefused(
            provider, terms, abi.encodeCall(IPaymentChannels.decline, (terms)), wrongStatus(terms, Status.Active)
        );
    }

    function test_WithdrawUnconfirmed_FromTheDeadlineOn_PaysTheConsumerWhoeverCalls() public {
        Terms memory terms = someTerms();
        open(terms);
        VM.warp(block.timestamp + CONFIRM_TIMEOUT);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelExpired(idOf(terms), 0.1 ether);
        VM.prank(stranger);
        channels.withdrawUnconfirmed(terms);
        assertChannel(terms, Status.Expired, 100 * MB, 0, 0, 0, 0);
        assertEq(token.balanceOf(consumer), FUNDS, "consumer has all back");
    }

    function test_WithdrawUnconfirmed_BeforeTheDeadline_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        uint256 deadline = block.timestamp + CONFIRM_TIMEOUT;
        VM.warp(deadline - 1);
        assertRefused(
            consumer,
            terms,
            abi.encodeCall(IPaymentChannels.withdrawUnconfirmed, (terms)),
            abi.encodeWithSelector(IPaymentChannels.ConfirmTimeoutRuns.selector, idOf(terms), deadline, deadline - 1)
        );
    }

    function test_WithdrawUnconfirmed_Twice_IsRefused() public {
        Terms memory terms = someTerms();
        open(terms);
        VM.warp(block.timestamp + CONFIRM_TIMEOUT);
        channels.withdrawUnconfirmed(terms);
        assertRefused(
            consumer,
            terms,
            abi.encodeCall(IPaymentChannels.withdrawUnconfirmed, (terms)),
            wrongStatus(terms, Status.Expired)
        );
    }

    function test_OpenAccepted_GoesStraightToActive() public {
        Terms memory terms = someTerms();
        uint64 expiry = uint64(block.timestamp + 10 minutes);
        Signature memory acceptance = order("Acceptance", terms, providerKey, expiry);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelOpened(
            idOf(terms), consumer, provider, 100 * MB, PRICE, 10_000, 1, terms.salt, 0
        );
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelConfirmed(idOf(terms));
        VM.prank(consumer);
        channels.openAccepted(terms, expiry, acceptance);
        assertChannel(terms, Status.Active, 100 * MB, 0, 0, 0, 0);
        assertEq(token.balanceOf(address(channels)), 0.1 ether, "deposit");
        assertEq(channels.activeChannels(provider), 1, "slots");
    }

    function test_OpenAccepted_AtItsExpiry_IsAccepted() public {
        Terms memory terms = someTerms();
        Signature memory acceptance = order("Acceptance", terms, providerKey, uint64(block.timestamp));
        VM.prank(consumer);
        channels.openAccepted(terms, uint64(block.timestamp), acceptance);
        assertStatus(terms, Status.Active);
    }

    function test_OpenAccepted_Expired_IsRefused() public {
        Terms memory terms = someTerms();
        uint64 expiry = uint64(block.timestamp - 1);
        refuseAccepted(
            consumer,
            terms,
            expiry,
            providerKey,
            abi.encodeWithSelector(IPaymentChannels.SignatureExpired.selector, expiry, block.timestamp)
        );
    }

    function test_OpenAccepted_TooFarAhead_IsRefused() public {
        Terms memory terms = someTerms();
        uint64 expiry = uint64(block.timestamp + 10 minutes + 1);
        refuseAccepted(
            consumer,
            terms,
            expiry,
            providerKey,
            abi.encodeWithSelector(IPaymentChannels.ValidityTooLong.selector, expiry, expiry - 1)
        );
    }

    function test_OpenAccepted_SignedByAnother_IsRefused() public {
        Terms memory terms = someTerms();
        refuseAccepted(
            consumer,
            terms,
            uint64(block.timestamp),
            strangerKey,
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, stranger, provider)
        );
    }

    function test_OpenAccepted_ByAnotherThanTheConsumer_IsRefused() public {
        Terms memory terms = someTerms();
        refuseAccepted(
            stranger,
            terms,
            uint64(block.timestamp),
            providerKey,
            abi.encodeWithSelector(IPaymentChannels.NotConsumer.selector, stranger, consumer)
        );
    }

    function test_OpenAccepted_SixthChannel_IsRefused() public {
        for (uint256 i = 0; i < 5; ++i) active();
        refuseAccepted(
            consumer,
            someTerms(),
            uint64(block.timestamp),
            providerKey,
            abi.encodeWithSelector(IPaymentChannels.NoFreeSlot.selector, provider, 5)
        );
    }

    function test_OpenAccepted_DirectChannelOfAProxy_IsRefused() public {
        register(provider);
        refuseAccepted(
            consumer,
            someTerms(),
            uint64(block.timestamp),
            providerKey,
            abi.encodeWithSelector(IPaymentChannels.ProviderIsProxy.selector, provider)
        );
    }

    function refuseConfirm(address caller, Terms memory terms, bytes memory expected) private {
        assertRefused(caller, terms, abi.encodeCall(IPaymentChannels.confirm, (terms)), expected);
    }

    function refuseAccepted(address caller, Terms memory terms, uint64 expiry, uint256 key, bytes memory expected)
        private
    {
        Signature memory acceptance = order("Acceptance", terms, key, expiry);
        assertRefused(
            caller, terms, abi.encodeCall(IPaymentChannels.openAccepted, (terms, expiry, acceptance)), expected
        );
    }

    function wrongStatus(Terms memory terms, Status actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Opened);
    }
}
