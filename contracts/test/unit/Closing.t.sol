// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {Status} from "../../src/types/Channel.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";

/// @notice startClose, challenge, settle and settleMany.
contract ClosingTest is ChannelTest {
    function test_StartClose_ByEitherParty_RecordsUnitsAndDeadline() public {
        for (uint256 i = 0; i < 2; ++i) {
            Terms memory terms = active();
            bytes memory call = startCall(terms, byConsumer(terms, 40 * MB), byProvider(terms, 41 * MB));
            uint40 deadline = uint40(block.timestamp + CHALLENGE_PERIOD);
            VM.expectEmit(true, true, true, true, address(channels));
            emit IPaymentChannels.ChannelClosing(idOf(terms), 40 * MB, 41 * MB, deadline);
            VM.prank(i == 0 ? consumer : provider);
            (bool success,) = address(channels).call(call);
            assertTrue(success, "closing");
            assertChannel(terms, Status.Closing, 100 * MB, 0, 40 * MB, 41 * MB, deadline);
        }
        assertEq(channels.activeChannels(provider), 2, "closing keeps the slots");
    }

    function test_StartClose_WithoutUnits_KeepsWhatClaimsShowed() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        startClose(terms, 0, 0);
        assertChannel(terms, Status.Closing, 100 * MB, 20 * MB, 20 * MB, 0, block.timestamp + CHALLENGE_PERIOD);
    }

    function test_StartClose_WithAUnitBelowAClaim_KeepsTheClaim() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        startClose(terms, 10 * MB, 0);
        assertChannel(terms, Status.Closing, 100 * MB, 20 * MB, 20 * MB, 0, block.timestamp + CHALLENGE_PERIOD);
    }

    function test_StartClose_UnitsAboveTheCapacity_AreClipped() public {
        Terms memory terms = closing(500 * MB, 900 * MB);
        assertChannel(terms, Status.Closing, 100 * MB, 0, 100 * MB, 100 * MB, block.timestamp + CHALLENGE_PERIOD);
    }

    function test_StartClose_ByAStranger_IsRefused() public {
        Terms memory terms = active();
        assertRefused(
            stranger,
            terms,
            startCall(terms, noUnit(), noUnit()),
            abi.encodeWithSelector(IPaymentChannels.NotParty.selector, stranger, consumer, provider)
        );
    }

    function test_StartClose_WithUnitsSwapped_IsRefused() public {
        Terms memory terms = active();
        refuseStart(
            terms,
            byProvider(terms, MB),
            noUnit(),
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, provider, consumer)
        );
        refuseStart(
            terms,
            noUnit(),
            byConsumer(terms, MB),
            abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, consumer, provider)
        );
    }

    function test_StartClose_UnitNotInWholeKB_IsRefused() public {
        Terms memory terms = active();
        refuseStart(
            terms,
            byConsumer(terms, 1_500),
            noUnit(),
            abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, 1_500)
        );
    }

    function test_StartClose_InAnyOtherStatus_IsRefused() public {
        refuseStart(someTerms(), Status.None);
        Terms memory opened = someTerms();
        open(opened);
        refuseStart(opened, Status.Opened);
        refuseStart(closing(MB, MB), Status.Closing);
        Terms memory closed = active();
        cooperativeClose(closed, MB);
        refuseStart(closed, Status.Settled);
    }

    function test_Challenge_ByAnyone_RaisesEitherSideAndKeepsTheDeadline() public {
        Terms memory terms = closing(10 * MB, 0);
        uint256 deadline = block.timestamp + CHALLENGE_PERIOD;
        VM.warp(deadline - 1);
        VM.prank(stranger);
        channels.challenge(terms, byConsumer(terms, 40 * MB));
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelChallenged(idOf(terms), 40 * MB, 43 * MB);
        channels.challenge(terms, byProvider(terms, 43 * MB));
        assertChannel(terms, Status.Closing, 100 * MB, 0, 40 * MB, 43 * MB, deadline);
    }

    function test_Challenge_RaisingNothing_IsRefused() public {
        Terms memory terms = closing(40 * MB, 43 * MB);
        refuseChallenge(terms, byConsumer(terms, 40 * MB), raisesNothing(terms, 40 * MB, 40 * MB));
        refuseChallenge(terms, byConsumer(terms, 39 * MB), raisesNothing(terms, 39 * MB, 40 * MB));
        refuseChallenge(terms, byProvider(terms, 43 * MB), raisesNothing(terms, 43 * MB, 43 * MB));
    }

    function test_Challenge_AboveTheCapacityOnceItIsReached_IsRefused() public {
        Terms memory terms = closing(100 * MB, 0);
        refuseChallenge(terms, byConsumer(terms, 101 * MB), raisesNothing(terms, 101 * MB, 100 * MB));
    }

    function test_Challenge_SignedByAStranger_IsRefused() public {
        Terms memory terms = closing(MB, MB);
        refuseChallenge(
            terms,
            signUnit(separator, terms, strangerKey, 5 * MB),
            abi.encodeWithSelector(IPaymentChannels.NotParty.selector, stranger, consumer, provider)
        );
    }

    function test_Challenge_NotInWholeKB_IsRefused() public {
        Terms memory terms = closing(MB, MB);
        refuseChallenge(
            terms,
            byConsumer(terms, 5 * MB + 1),
            abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, 5 * MB + 1)
        );
    }

    function test_Challenge_InAnyOtherStatus_IsRefused() public {
        Terms memory terms = active();
        bytes memory wrong = abi.encodeWithSelector(
            IPaymentChannels.WrongStatus.selector, idOf(terms), Status.Active, Status.Closing
        );
        refuseChallenge(terms, byConsumer(terms, MB), wrong);
    }

    function test_Settle_Agreed_PaysTheLowerCount() public {
        Terms memory terms = closing(40 * MB, 40 * MB + 50_000);
        VM.warp(block.timestamp + CHALLENGE_PERIOD);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelSettled(idOf(terms), 40 * MB, 40 * MB + 50_000, 0.04 ether, 0, 0.06 ether);
        VM.prank(stranger);
        channels.settle(terms);
        assertChannel(terms, Status.Settled, 100 * MB, 40 * MB, 40 * MB, 40 * MB + 50_000, 0);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "provider");
        assertEq(token.balanceOf(consumer), FUNDS - 0.04 ether, "consumer");
        assertEq(channels.activeChannels(provider), 0, "slots");
    }

    function test_Settle_Dispute_BurnsTheDifference() public {
        Terms memory terms = closing(40 * MB, 43 * MB);
        uint256 supply = token.totalSupply();
        VM.warp(block.timestamp + CHALLENGE_PERIOD);
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.ChannelSettled(idOf(terms), 40 * MB, 43 * MB, 0.04 ether, 0.003 ether, 0.057 ether);
        channels.settle(terms);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "provider");
        assertEq(token.balanceOf(consumer), FUNDS - 0.043 ether, "consumer");
        assertEq(supply - token.totalSupply(), 0.003 ether, "burned");
    }

    function test_Settle_WithoutAnyUnitOfTheConsumer_RefundsAll() public {
        Terms memory terms = closing(0, 43 * MB);
        settle(terms);
        assertEq(token.balanceOf(consumer), FUNDS, "consumer");
        assertEq(token.balanceOf(provider), FUNDS, "provider");
    }

    function test_Settle_AfterClaims_PaysOnlyTheRest() public {
        Terms memory terms = active();
        channels.claim(terms, byConsumer(terms, 20 * MB));
        startClose(terms, 40 * MB, 40 * MB);
        settle(terms);
        assertEq(token.balanceOf(provider), FUNDS + 0.04 ether, "provider");
        assertEq(token.balanceOf(consumer), FUNDS - 0.04 ether, "consumer");
    }

    function test_Settle_BeforeTheDeadline_IsRefused() public {
        Terms memory terms = closing(MB, MB);
        uint256 deadline = block.timestamp + CHALLENGE_PERIOD;
        VM.warp(deadline - 1);
        refuseSettle(
            terms,
            abi.encodeWithSelector(IPaymentChannels.ChallengePeriodRuns.selector, idOf(terms), deadline, deadline - 1)
        );
    }

    function test_Settle_Twice_IsRefused() public {
        Terms memory terms = closing(MB, MB);
        settle(terms);
        refuseSettle(terms, wrongStatus(terms, Status.Settled));
    }

    function test_Settle_InAnyOtherStatus_IsRefused() public {
        Terms memory terms = active();
        refuseSettle(terms, wrongStatus(terms, Status.Active));
    }

    function test_SettleMany_SkipsFailingItemsAndSaysWhy() public {
        Terms memory first = closing(MB, MB);
        Terms memory second = closing(2 * MB, 2 * MB);
        Terms memory stillActive = active();
        VM.warp(block.timestamp + CHALLENGE_PERIOD);
        Terms[] memory batch = new Terms[](4);
        (batch[0], batch[1], batch[2], batch[3]) = (first, first, stillActive, second);
        expectSkip(1, first, wrongStatus(first, Status.Settled));
        expectSkip(2, stillActive, wrongStatus(stillActive, Status.Active));
        channels.settleMany(batch);
        assertStatus(first, Status.Settled);
        assertStatus(second, Status.Settled);
        assertEq(token.balanceOf(provider), FUNDS + 0.003 ether, "provider");
    }

    function expectSkip(uint256 position, Terms memory terms, bytes memory reason) private {
        VM.expectEmit(true, true, true, true, address(channels));
        emit IPaymentChannels.BatchItemSkipped(position, idOf(terms), reason);
    }

    function startCall(Terms memory terms, SignedUnit memory unitA, SignedUnit memory unitB)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IPaymentChannels.startClose, (terms, unitA, unitB));
    }

    function refuseStart(Terms memory terms, SignedUnit memory unitA, SignedUnit memory unitB, bytes memory expected)
        private
    {
        assertRefused(consumer, terms, startCall(terms, unitA, unitB), expected);
    }

    function refuseStart(Terms memory terms, Status actual) private {
        bytes memory expected =
            abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Active);
        refuseStart(terms, byConsumer(terms, MB), byProvider(terms, MB), expected);
    }

    function refuseChallenge(Terms memory terms, SignedUnit memory unit, bytes memory expected) private {
        assertRefused(stranger, terms, abi.encodeCall(IPaymentChannels.challenge, (terms, unit)), expected);
    }

    function refuseSettle(Terms memory terms, bytes memory expected) private {
        assertRefused(stranger, terms, abi.encodeCall(IPaymentChannels.settle, (terms)), expected);
    }

    function wrongStatus(Terms memory terms, Status actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentChannels.WrongStatus.selector, idOf(terms), actual, Status.Closing);
    }

    function raisesNothing(Terms memory terms, uint64 bytesUsed, uint64 recorded) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentChannels.RaisesNothing.selector, idOf(terms), bytesUsed, recorded);
    }
}
