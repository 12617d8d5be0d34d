// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {DevFaucet} from "../../src/DevFaucet.sol";
import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../src/PaymentChannels.sol";
import {TachyonToken} from "../../src/TachyonToken.sol";
import {Terms} from "../../src/types/Terms.sol";
import {ChannelTest} from "../base/ChannelTest.sol";
import {VM} from "../base/Vm.sol";
import {BurnRefusingToken, FalseToken, FeeToken, ReentrantToken, UnburnableToken} from "../mocks/HostileTokens.sol";

/// @notice The constructor's trial of the token, hostile tokens, the token and the faucet themselves.
contract DeploymentTest is ChannelTest {
    function test_Deployment_BorrowsTenThousandBaseUnitsAndBurnsHalf() public {
        uint256 supply = token.totalSupply();
        uint256 held = token.balanceOf(address(this));
        PaymentChannels second = deployChannels(IERC20(address(token)), 1, 30 days, 0, 90 days);
        assertEq(supply - token.totalSupply(), 5_000, "burned");
        assertEq(held - token.balanceOf(address(this)), 5_000, "the other half came back");
        assertEq(token.balanceOf(address(second)), 0, "the escrow starts empty");
    }

    function test_Deployment_ShowsItsPeriodsAndConstants() public view {
        assertEq(channels.token(), address(token), "token");
        assertEq(channels.confirmTimeout(), 5 hours, "confirm timeout");
        assertEq(channels.challengePeriod(), 12 hours, "challenge period");
        assertEq(channels.proxyBond(), 1_000 ether, "proxy bond");
        assertEq(channels.leavingDelay(), 7 days, "leaving delay");
        assertEq(channels.checkpointBytes(), 5_000_000, "checkpoint");
        assertEq(channels.maxActiveChannels(), 5, "slots");
        assertEq(channels.proxyFeePercent(), 10, "proxy fee");
        assertEq(channels.maxValidity(), 86_400, "validity");
        assertEq(channels.maxAcceptanceValidity(), 600, "acceptance");
        assertEq(channels.maxCapacity(), ((1 << 48) - 1) * 1_000, "capacity");
        assertEq(channels.domainSeparator(), separator, "domain");
    }

    function test_Deployment_WithATokenThatTakesAFee_IsRefused() public {
        FeeToken fee = new FeeToken(1 ether, 1);
        refuse(
            IERC20(address(fee)),
            1 hours,
            1 hours,
            1 hours,
            abi.encodeWithSelector(IPaymentChannels.TokenNotPlain.selector, fee, 9_999, 10_000)
        );
    }

    function test_Deployment_WithATokenThatDoesNotBurn_IsRefused() public {
        UnburnableToken unburnable = new UnburnableToken(1 ether);
        refuse(
            IERC20(address(unburnable)),
            1 hours,
            1 hours,
            1 hours,
            abi.encodeWithSelector(IPaymentChannels.TokenNotPlain.selector, unburnable, 1 ether, 1 ether - 5_000)
        );
    }

    function test_Deployment_WithATokenThatRefusesToBurn_IsRefused() public {
        BurnRefusingToken refusing = new BurnRefusingToken(1 ether);
        refuse(
            IERC20(address(refusing)),
            1 hours,
            1 hours,
            1 hours,
            abi.encodeWithSelector(IPaymentChannels.TokenNotPlain.selector, refusing, 1 ether, 1 ether - 5_000)
        );
    }

    function test_Deployment_WithATokenThatAnswersFalse_IsRefused() public {
        FalseToken answersFalse = new FalseToken(1 ether);
        refuse(
            IERC20(address(answersFalse)),
            1 hours,
            1 hours,
            1 hours,
            abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, answersFalse)
        );
    }

    function test_Deployment_WithoutACodeAtTheToken_IsRefused() public {
        VM.expectRevert(abi.encodeWithSelector(IPaymentChannels.TokenWithoutCode.selector, stranger));
        new PaymentChannels(IERC20(stranger), 1, 1, 0, 1);
    }

    function test_Deployment_WithAPeriodOutOfRange_IsRefused() public {
        IERC20 plain = IERC20(address(token));
        uint256 longest = 30 days;
        refuse(plain, 0, 1, 1, outOfRange(0, longest));
        refuse(plain, longest + 1, 1, 1, outOfRange(longest + 1, longest));
        refuse(plain, 1, 0, 1, outOfRange(0, longest));
        refuse(plain, 1, longest + 1, 1, outOfRange(longest + 1, longest));
        refuse(plain, 1, 1, 0, outOfRange(0, 90 days));
        refuse(plain, 1, 1, 90 days + 1, outOfRange(90 days + 1, 90 days));
    }

    function test_Lesson_NominalAmountsOfATokenThatStartsToTakeFeesAreNotCredited() public {
        FeeToken fee = new FeeToken(FUNDS, 0);
        channels = deployChannels(IERC20(address(fee)), 1 hours, 1 hours, 0, 1 hours);
        separator = separatorOf("Tachyon", address(channels));
        fee.transfer(consumer, 1 ether);
        VM.prank(consumer);
        fee.approve(address(channels), 1 ether);
        fee.setFee(1);
        assertRefused(
            consumer,
            someTerms(),
            abi.encodeCall(IPaymentChannels.open, (someTerms())),
            abi.encodeWithSelector(IPaymentChannels.TransferNotExact.selector, 0.1 ether - 1, 0.1 ether)
        );
    }

    function test_Reentry_FromATransfer_IsRefusedAndPaysOnce() public {
        ReentrantToken hostile = new ReentrantToken(FUNDS);
        channels = deployChannels(IERC20(address(hostile)), 1 hours, 1 hours, 0, 1 hours);
        separator = separatorOf("Tachyon", address(channels));
        hostile.transfer(consumer, 1 ether);
        VM.prank(consumer);
        hostile.approve(address(channels), 1 ether);
        Terms memory terms = active();
        Terms memory other = active();

        bytes[3] memory callbacks = [
            abi.encodeCall(IPaymentChannels.claim, (terms, byConsumer(terms, 20 * MB))),
            abi.encodeCall(IPaymentChannels.claim, (other, byConsumer(other, 90 * MB))),
            abi.encodeCall(IPaymentChannels.settle, (terms))
        ];
        for (uint64 i = 0; i < 3; ++i) {
            hostile.setCallback(address(channels), callbacks[i]);
            channels.claim(terms, byConsumer(terms, (20 + i) * MB));
            assertEq(
                hostile.refusal(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                "refusal"
            );
        }
        assertEq(hostile.balanceOf(provider), 0.022 ether, "paid once");
    }

    function test_Token_IsPlainAndOnlyShrinks() public {
        TachyonToken ipx = new TachyonToken(consumer, 7 ether);
        assertEq(bytes(ipx.name()), bytes("IPX Token"), "name");
        assertEq(bytes(ipx.symbol()), bytes("IPX"), "symbol");
        assertEq(ipx.decimals(), 18, "decimals");
        assertEq(ipx.balanceOf(consumer), 7 ether, "whole supply");
        VM.prank(consumer);
        ipx.burn(2 ether);
        assertEq(ipx.totalSupply(), 5 ether, "burned");
    }

    function test_Faucet_GivesOncePerRecipientAndInterval() public {
        DevFaucet faucet = new DevFaucet(IERC20(address(token)), 5 ether, 1 hours);
        token.transfer(address(faucet), 20 ether);
        faucet.drip(stranger);
        assertEq(token.balanceOf(stranger), FUNDS + 5 ether, "dripped");
        VM.expectRevert(
            abi.encodeWithSelector(
                DevFaucet.DrippedRecently.selector, stranger, block.timestamp + 1 hours, block.timestamp
            )
        );
        faucet.drip(stranger);
        assertEq(token.balanceOf(stranger), FUNDS + 5 ether, "nothing more");
        faucet.drip(consumer);
        VM.warp(block.timestamp + 1 hours);
        faucet.drip(stranger);
        assertEq(token.balanceOf(stranger), FUNDS + 10 ether, "dripped again");
        assertEq(faucet.token(), address(token), "token");
        assertEq(faucet.amount(), 5 ether, "amount");
        assertEq(faucet.interval(), 1 hours, "interval");
    }

    function refuse(IERC20 token_, uint256 confirm, uint256 challenge, uint256 delay, bytes memory expected) private {
        token_.approve(VM.computeCreateAddress(address(this), VM.getNonce(address(this))), 10_000);
        (uint256 held, uint256 supply) = (token_.balanceOf(address(this)), token_.totalSupply());
        VM.expectRevert(expected);
        new PaymentChannels(token_, confirm, challenge, 0, delay);
        assertEq(token_.balanceOf(address(this)), held, "the deployer keeps its tokens");
        assertEq(token_.totalSupply(), supply, "nothing is burned");
    }

    function outOfRange(uint256 period, uint256 longest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPaymentChannels.PeriodOutOfRange.selector, period, longest);
    }
}
