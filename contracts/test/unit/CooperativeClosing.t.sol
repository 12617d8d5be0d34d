// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice cooperativeClose.
contract CooperativeClosingTest is ChannelTest {
    function test_CooperativeClose_ByAnyone_PaysRefundsAndFreesTheSlot() public {
        Terms memory terms = active();
        bytes memory call = closeCall(terms, 30 * MB, soon(), consumerKey, providerKey);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelClosed(idOf(terms), 30 * MB);
        VM.prank(stranger);
        (bool success,) = address(channels).call(call);
        assertTrue(success, "closed");
        assertChannel(terms, Status.Settled, 100 * MB, 30 * MB, 0, 0, 0);
        assertEq(token.balanceOf(provider), FUNDS + 0.03 ether, "provider");
        assertEq(token.balanceOf(consumer), FUNDS - 0.03 ether, "consumer");
        assertEq(token.balanceOf(address(channels)), 0, "escrow");
        assertEq(channels.activeChannels(provider), 0, "slots");
    }

    function test_CooperativeClose_AfterClaims_PaysOnlyTheRest() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        cooperativeClose(terms, 30 * MB);
        assertEq(token.balanceOf(provider), FUNDS + 0.03 ether, "provider");
        assertEq(token.balanceOf(consumer), FUNDS - 0.03 ether, "consumer");
    }

    function test_CooperativeClose_AtWhatIsPaidOrAtTheCapacity_IsAccepted() public {
        Terms memory paid = active();
        channels.claim(paid, byConsumer(paid, 20 * MB));
        cooperativeClose(paid, 20 * MB);
        Terms memory full = active();
        cooperativeClose(full, 100 * MB);
        assertEq(token.balanceOf(provider), FUNDS + 0.12 ether, "provider");
    }

    function test_CooperativeClose_OfNothing_RefundsAll() public {
        Terms memory terms = active();
        cooperativeClose(terms, 0);
        assertEq(token.balanceOf(consumer), FUNDS, "consumer");
    }

    function test_CooperativeClose_OfALock_PaysTenPerCentMore() public {
        register(provider);
        Terms memory terms = lockTerms();
        activate(terms);
        uint256 before = token.balanceOf(provider);
        cooperativeClose(terms, 30 * MB);
        assertEq(token.balanceOf(provider) - before, 0.033 ether, "110 %");
        assertEq(token.balanceOf(consumer), FUNDS - 0.033 ether, "consumer");
        assertEq(channels.activeLocks(provider), 0, "locks");
    }

    function test_CooperativeClose_WhileClosing_OverridesTheUnits() public {
        Terms memory terms = closing(40 * MB, 43 * MB);
        cooperativeClose(terms, 30 * MB);
        assertEq(token.balanceOf(provider), FUNDS + 0.03 ether, "provider");
    }

    function test_CooperativeClose_BelowWhatIsPaid_IsRefused() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        refuse(
            terms,
            20 * MB - 1_000,
            abi.encodeWithSelector(
                IPaymentChannels.ClosureBelowPaid.selector, idOf(terms), 20 * MB - 1_000, 20 * MB
            )
        );
    }

    function test_CooperativeClose_AboveTheCapacity_IsRefused() public {
        Terms memory terms = active();
        refuse(
            terms,
            100 * MB + 1_000,
            abi.encodeWithSelector(
                IPaymentChannels.ClosureAboveCapacity.selector, idOf(terms), 100 * MB + 1_000, 100 * MB
            )
        );
    }

    function test_CooperativeClose_NotInWholeKB_IsRefused() public {
        refuse(active(), 999, abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, 999));
    }

    function test_CooperativeClose_WithSignaturesSwapped_IsRefused() public {
        Terms memory terms = active();
        assertRefused(
            stranger,
            terms,
            closeCall(terms, MB, soon(), providerKey, consumerKey),
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, provider, consumer)
        );
    }

    function test_CooperativeClose_WithOneSideMissing_IsRefused() public {
        Terms memory terms = active();
        assertRefused(
            consumer,
            terms,
            closeCall(terms, MB, soon(), consumerKey, consumerKey),
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, consumer, provider)
        );
    }

    function test_CooperativeClose_ExpiredOrTooFarAhead_IsRefused() public {
        Terms memory terms = active();
        uint64 past = uint64(block.timestamp - 1);
        assertRefused(
            stranger,
            terms,
            closeCall(terms, MB, past, consumerKey, providerKey),
            abi.encodeWithSelector(IPaymentChannels.SignatureExpired.selector, past, block.timestamp)
        );
        uint64 far = uint64(block.timestamp + 1 days + 1);
        assertRefused(
            stranger,
            terms,
            closeCall(terms, MB, far, consumerKey, providerKey),
            abi.encodeWithSelector(IPaymentChannels.ValidityTooLong.selector, far, far - 1)
        );
    }

    function test_CooperativeClose_InAnyOtherStatus_IsRefused() public {
        refuse(someTerms(), Status.None);
        Terms memory opened = someTerms();
        open(opened);
        refuse(opened, Status.Opened);
        Terms memory closed = active();
        cooperativeClose(closed, MB);
        refuse(closed, Status.Settled);
    }

    function closeCall(Terms memory terms, uint64 bytesUsed, uint64 until, uint256 keyA, uint256 keyB)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            IPaymentChannels.cooperativeClose,
            (terms, bytesUsed, until, closure(terms, keyA, bytesUsed, until), closure(terms, keyB, bytesUsed, until))
        );
    }

    function refuse(Terms memory terms, Status actual) private {
        refuse(
            terms,
            MB,
            abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Active)
        );
    }

    function refuse(Terms memory terms, uint64 bytesUsed, bytes memory expected) private {
        assertRefused(stranger, terms, closeCall(terms, bytesUsed, soon(), consumerKey, providerKey), expected);
    }
}
